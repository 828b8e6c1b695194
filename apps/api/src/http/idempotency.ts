import {
  accompanied,
  claimIdempotencyKey,
  inTenants,
  keepAnswer,
  lockHeldKey,
  releaseIdempotencyKey,
  renewIdempotencyKey,
  type Companion,
  type Database,
  type HeldKey,
  type KeptAnswer,
  type KeyClaim,
} from '@cadenza/database';
import { showValue, type Id } from '@cadenza/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash, type Hash } from 'node:crypto';
import { SUPPRESSION_LIMITS } from '../import/limits.ts';
import { PROBLEM_TYPE, problemOf, problemText } from './errors.ts';
import { HttpProblem, notAsExpected } from './problem.ts';
import type { Route } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Takes in a streamed body as it is read; null where nobody asks for its digest. */
    bodyDigest: Hash | null;
  }
}

export const JSON_TYPE = 'application/json; charset=utf-8';
/** As structured fields write it (a quoted string), or bare, as many clients do. */
const KEY = /^(?:"([!#-~]{1,255})"|([!#-~]{1,255}))$/;
/** Real milliseconds for which an answer is given again. */
const KEPT_MS = 24 * 3_600_000;
/** Real milliseconds after which a request counts as dead whose process has not renewed its hold. */
const LEASE_MS = 30_000;
const RENEWAL_MS = 10_000;
/** Headers of an answer that are given again. */
const KEPT_HEADERS = ['content-type', 'etag'] as const;

interface Exchange {
  readonly route: Route;
  readonly tenantId: Id;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * Carries out a POST and answers with what it came to, as JSON; where it has an `Idempotency-Key`
 * (draft-ietf-httpapi-idempotency-key-header), once for all requests with that key.
 *
 * @throws HttpProblem where the key is another request's, or its request is under way.
 */
export async function answerOnce(
  db: Database,
  exchange: Exchange,
  work: () => Promise<unknown>,
): Promise<FastifyReply> {
  const { route, tenantId, request, reply } = exchange;
  const key = keyOf(request);
  if (key === null) return reply.type(JSON_TYPE).send(JSON.stringify(await work()));

  const isStreamed = route.streams !== undefined;
  const bodyHash = isStreamed ? null : sha256(JSON.stringify(request.body) ?? '');
  const type = isStreamed ? `\n${request.headers['content-type'] ?? ''}` : '';
  const targetHash = sha256(`${request.method} ${request.url}${type}`);
  const claim = await inTenants(db, [tenantId], (trx) =>
    claimIdempotencyKey(
      trx,
      { tenantId, key, targetHash, bodyHash },
      { leaseMs: LEASE_MS, keptMs: KEPT_MS },
    ),
  );
  if (claim.kind !== 'held') return answerAgain(exchange, claim);

  const { held } = claim;
  const attempt = { ...exchange, held, bodyHash };
  const renewal = setInterval(() => {
    // One that fails is made up for by the next; until then nobody else may take the key.
    inTenants(db, [tenantId], (trx) => renewIdempotencyKey(trx, held, LEASE_MS)).catch(
      () => undefined,
    );
  }, RENEWAL_MS);
  try {
    const text = await carryOut(db, attempt, work);
    return await reply.type(JSON_TYPE).send(text);
  } finally {
    clearInterval(renewal);
  }
}

interface Attempt extends Exchange {
  readonly held: HeldKey;
  /** Null: of a body that is streamed. */
  readonly bodyHash: Buffer | null;
}

/** @returns the text of the answer, which is kept by then. */
async function carryOut(
  db: Database,
  attempt: Attempt,
  work: () => Promise<unknown>,
): Promise<string> {
  const { tenantId, request, held } = attempt;
  if (attempt.bodyHash === null) request.bodyDigest = createHash('sha256');
  const along = alongChanges(attempt);
  const keep = async (answer: KeptAnswer): Promise<void> => {
    const bodyHash = attempt.bodyHash ?? digestOf(request);
    // Of a body that nobody has read to its end it cannot be told whether it comes again.
    if (bodyHash === null) await letGo(db, held);
    else await inTenants(db, [tenantId], (trx) => keepAnswer(trx, held, { ...answer, bodyHash }));
  };
  let text: string;
  try {
    text = JSON.stringify(await accompanied(along.companion, work));
  } catch (error) {
    const problem = problemOf(error);
    // What was refused and changed nothing may be in order later: it is no answer for a day.
    if (problem.status < 500 && along.hasChanged()) {
      const headers = { 'content-type': PROBLEM_TYPE };
      await keep({ status: problem.status, headers, body: problemText(problem, request) });
    } else await letGo(db, held);
    throw error;
  }
  const answer = answerOf(attempt, text);
  if (JSON.stringify(along.kept()) !== JSON.stringify(answer)) await keep(answer);
  return text;
}

/**
 * What goes along with every change of a request: it is made by the key's holder alone, and where the
 * route answers in the transaction that makes it, the answer is kept there, so that a process that
 * dies in between leaves both or neither.
 */
function alongChanges(attempt: Attempt): {
  readonly companion: Companion;
  /** Whether a transaction has changed something. */
  readonly hasChanged: () => boolean;
  /** The answer that the last transaction has kept; null where it kept none. */
  readonly kept: () => KeptAnswer | null;
} {
  const { route, reply, held, bodyHash } = attempt;
  let hasChanged = false;
  let kept: KeptAnswer | null = null;
  return {
    hasChanged: () => hasChanged,
    kept: () => kept,
    companion: {
      async begun() {
        // A transaction that is tried again has kept nothing by its first try.
        kept = null;
      },
      async changed(trx, result) {
        if (!(await lockHeldKey(trx, held))) throw underWay(reply);
        if (route.answersIn === 'transaction' && bodyHash !== null) {
          const answer = answerOf(attempt, JSON.stringify(result));
          await keepAnswer(trx, held, { ...answer, bodyHash });
          kept = answer;
        }
        hasChanged = true;
      },
    },
  };
}

function answerOf({ route, reply }: Exchange, text: string): KeptAnswer {
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = name === 'content-type' ? JSON_TYPE : reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
  const body = route.shownOnce === true ? null : text;
  return { status: reply.statusCode, headers, body };
}

/** Answers a request whose key another has, or had. */
async function answerAgain(
  { route, request, reply }: Exchange,
  claim: Exclude<KeyClaim, { kind: 'held' }>,
): Promise<FastifyReply> {
  const isStreamed = route.streams !== undefined;
  if (claim.kind === 'answered' && isStreamed) {
    await digestWhole(request);
  }
  // What is left of the body is not read: the connection cannot be used again.
  if (isStreamed && !request.raw.readableEnded) reply.header('connection', 'close');
  if (claim.kind === 'under_way') throw underWay(reply);
  const { bodyDigest } = request;
  if (claim.kind === 'other_request' || bodyDigest?.digest().equals(claim.bodyHash) === false) {
    throw new HttpProblem(
      'unprocessable',
      'The Idempotency-Key was used for another request: expected a new one for each request.',
      [keyProblem('key_reused', 'expected the path and the body that it was used with first')],
    );
  }
  const { status, headers, body } = claim.answer;
  if (body === null) {
    throw new HttpProblem(
      'conflict',
      'The request was carried out. What it was answered with is not kept: it is shown once, or a person was erased since.',
      [
        keyProblem(
          'answer_not_kept',
          'expected a new key, after a look at what the first request made',
        ),
      ],
    );
  }
  reply.code(status).headers({ ...headers, 'idempotency-replayed': 'true' });
  // As bytes, since Fastify adds a charset to texts.
  return reply.send(Buffer.from(body));
}

/** Reads a streamed body for its digest alone, and no more of it than any route takes. */
async function digestWhole(request: FastifyRequest): Promise<void> {
  const digest = createHash('sha256');
  request.bodyDigest = digest;
  const bytes: AsyncIterable<Uint8Array> = request.raw.iterator({ destroyOnReturn: false });
  let total = 0;
  for await (const chunk of bytes) {
    digest.update(chunk);
    total += chunk.length;
    if (total > SUPPRESSION_LIMITS.bytes) return;
  }
}

function digestOf({ bodyDigest, raw }: FastifyRequest): Buffer | null {
  return bodyDigest !== null && raw.readableEnded ? bodyDigest.digest() : null;
}

async function letGo(db: Database, held: HeldKey): Promise<void> {
  try {
    await inTenants(db, [held.tenantId], (trx) => releaseIdempotencyKey(trx, held));
  } catch {
    // The database has gone, as whoever called has been told: the hold ends by itself.
  }
}

function keyOf({ headers }: FastifyRequest): string | null {
  const header = headers['idempotency-key'];
  if (header === undefined) return null;
  const text = String(header);
  const [, quoted, bare] = KEY.exec(text) ?? [];
  const key = quoted ?? bare;
  if (key !== undefined) return key;
  throw notAsExpected([
    keyProblem(
      'invalid_value',
      `${showValue(text)}: expected 1 to 255 visible ASCII characters, such as a UUID`,
    ),
  ]);
}

function underWay(reply: FastifyReply): HttpProblem {
  reply.header('retry-after', '1');
  return new HttpProblem('conflict', 'The first request with this Idempotency-Key is under way.', [
    keyProblem('under_way', 'expected to come again when the first request has been answered'),
  ]);
}

function keyProblem(code: string, message: string) {
  return { path: 'header.Idempotency-Key', code, message };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
