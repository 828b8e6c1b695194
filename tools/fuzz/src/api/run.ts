import { Agent } from 'node:http';
import type { FuzzOptions, FuzzSurroundings } from '../options.ts';
import { SENDGRID_HEADERS, signedHeaders, SMS_HEADERS } from '../signature.ts';
import { callOf, send, type Answer, type Call } from './call.ts';
import { operationsOf, type Json, type Operation } from './document.ts';
import { createJudge, parsedJson, refusal } from './judge.ts';
import { createKnownValues } from './known-values.ts';
import { isDone, neverDone, type ApiFuzzReport } from './report.ts';
import type { GeneratedRequest } from './requests.ts';
import { asShellLine } from './shell.ts';
import { createSource } from './source.ts';
import { createTally } from './tally.ts';
import { nextOf } from './prepared.ts';
import { startFuzzedWorld, type FuzzedWorld } from './world.ts';

/** Requests under way at once: few, so that one follows from another. */
const AT_ONCE = 4;
/** Requests, as described, that an operation gets at the end where none of it has been carried out. */
const LAST_TRIES = 40;
/** Milliseconds after which no further request is sent. */
const LONGEST_MS = 45 * 60_000;
/** Operations of people, which no key opens. */
const OF_PEOPLE: ReadonlySet<string> = new Set(['signInLocally', 'switchTenant', 'deleteSession']);
/** Operations that only an API does at which people sign in at an issuer. */
const AT_ISSUER: ReadonlySet<string> = new Set(['beginSignIn', 'finishSignIn']);
/** Characters of a refusal that are shown. */
const SHOWN = 600;

/** Sends a running API requests of all kinds, and holds each answer against its own document. */
export async function fuzzApi(
  options: FuzzOptions,
  surroundings: FuzzSurroundings,
): Promise<ApiFuzzReport> {
  const world = await startFuzzedWorld(options.seed, surroundings);
  try {
    return await feedApi(options, world, { ...surroundings, document: await readDocument(world) });
  } finally {
    await world.stop();
  }
}

/** What the API says of itself. */
export async function readDocument({ stack }: Pick<FuzzedWorld, 'stack'>): Promise<Json> {
  const answer = await fetch(`${stack.apiUrl}/openapi.json`);
  return (await answer.json()) as Json;
}

/** As {@link fuzzApi}, on a world that runs, and held against this document. */
export async function feedApi(
  { seed, count }: FuzzOptions,
  world: FuzzedWorld,
  { document, say }: Pick<FuzzSurroundings, 'say'> & { readonly document: Json },
): Promise<ApiFuzzReport> {
  const began = performance.now();
  const { stack } = world;
  const operations = operationsOf(document);
  const judge = createJudge(document);
  const known = createKnownValues({ never: world.neverNamed, derived: world.derived });
  const source = createSource(document, operations, seed);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const programs = [stack.api, stack.eventWorker, stack.sendWorker];
  const pids = programs.map(({ pid }) => pid);
  const tally = createTally(operations);
  let sent = 0;
  let former: Sent | null = null;
  say(`seed ${seed}: sending ${count} requests to ${operations.length} operations`);

  async function feedOne(): Promise<void> {
    sent += 1;
    const { operation, request, isAgain } = source.next();
    former = isAgain && former !== null ? former : madeOf(operation, request);
    await feed(former, sent);
    if (sent % 5_000 === 0) say(`${sent} requests sent`);
  }

  function madeOf(operation: Operation, request: GeneratedRequest): Sent {
    return {
      operation: metBy(operation, request.method),
      baseUrl: AT_ISSUER.has(operation.id) ? world.issuerApiUrl : stack.apiUrl,
      request,
      call: withCredential(operation, known.fill(request), world),
    };
  }

  async function feed(one: Sent, number: number): Promise<void> {
    let answer: Answer | null = null;
    let flaw: string | null = null;
    try {
      answer = await send(agent, one.baseUrl, one.call);
      if (answer !== null) flaw = flawOf(one, answer);
    } catch (error) {
      flaw = String(error);
    }
    tally.count(one.operation, one.request, answer);
    const done = answer !== null && isDone(answer.status);
    if (flaw !== null) {
      tally.find({
        what: `request ${number}, ${one.operation.id}: ${flaw}`,
        kind: `${one.operation.id} ${flaw.replace(/\d+/g, '#')}`,
        request: asShellLine(one.call),
        answer: answer === null || done ? null : shown(answer),
      });
    }
    if (answer !== null && done) {
      known.learn(one.operation, parsedJson(answer.text), answer.etag);
    }
  }

  /** What chance has left out is asked for again, each operation by itself. */
  async function feedMissed(): Promise<void> {
    const isMissed = ({ id }: Operation) => neverDone(tally.result()).includes(id);
    for (const operation of operations.filter(isMissed)) {
      for (let tries = 0; tries < LAST_TRIES && isMissed(operation); tries += 1) {
        sent += 1;
        await feed(madeOf(operation, source.described(operation)), sent);
      }
    }
  }

  /** The operation that a request meets: another of its path, by another method, or none. */
  function metBy(operation: Operation, method: string): Operation {
    if (method === operation.method) return operation;
    const other = operations.find((one) => one.method === method && one.path === operation.path);
    return other ?? refusal(document, operation, method);
  }

  function flawOf({ operation, call }: Sent, answer: Answer): string | null {
    const flaw = judge.flaw(operation, answer);
    if (flaw !== null || answer.status >= 300) return flaw;
    const excess = judge.excess(operation, call);
    return excess === null ? null : `took what the document forbids: ${excess}`;
  }

  const feeder = async () => {
    while (sent < count && performance.now() - began < LONGEST_MS) await feedOne();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, feeder));
  if (sent >= count) await feedMissed();
  agent.destroy();
  const isReady = await fetch(`${stack.apiUrl}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
  return {
    seed,
    count,
    sent,
    seconds: (performance.now() - began) / 1_000,
    ...tally.result(),
    ended: [
      ...programs
        .filter(({ pid }, n) => pid === undefined || pid !== pids[n])
        .map(({ name }) => name),
      ...(isReady ? [] : ['the API’s readiness']),
    ],
  };
}

interface Sent {
  readonly operation: Operation;
  readonly baseUrl: string;
  readonly request: GeneratedRequest;
  readonly call: Call;
}

/** The request as it is sent: with a key, or where a signature opens its operation, with that. */
function withCredential(operation: Operation, request: GeneratedRequest, world: FuzzedWorld): Call {
  const call = callOf(operation.path, request);
  return {
    ...call,
    headers: { ...openerOf(operation, request, { body: call.body, world }), ...call.headers },
  };
}

function openerOf(
  operation: Operation,
  request: GeneratedRequest,
  signing: { readonly body: Buffer | null; readonly world: FuzzedWorld },
): Record<string, string> {
  if (OF_PEOPLE.has(operation.id)) return asPage(operation, request, signing.world);
  if (operation.id === 'finishSignIn') return asBrowser(request, signing.world);
  if (operation.keyed) return authorization(request, signing.world);
  return signatureOf(operation, request, signing);
}

/** What a page of the API's own origin sends, with the session of whoever has signed in. */
function asPage(
  { keyed }: Operation,
  { credential }: GeneratedRequest,
  { stack, sessions }: FuzzedWorld,
): Record<string, string> {
  if (credential === 'none') return {};
  const token = credential === 'own' ? nextOf(sessions) : 'another';
  return { origin: stack.apiUrl, ...(keyed ? { cookie: `cadenza=${token}` } : {}) };
}

/** What a browser has kept of the sign-in that it comes back to. */
function asBrowser(
  { credential, query }: GeneratedRequest,
  { signIns }: FuzzedWorld,
): Record<string, string> {
  const state = query.find(([name]) => name === 'state')?.[1];
  const cookie = signIns.find((one) => one.state === state)?.cookie;
  return credential === 'none' || cookie === undefined ? {} : { cookie };
}

function authorization(
  { credential }: GeneratedRequest,
  { keys: { own, reader } }: FuzzedWorld,
): Record<string, string> {
  switch (credential) {
    case 'own':
      return { authorization: `Bearer ${own}` };
    case 'reader':
      return { authorization: `Bearer ${reader}` };
    case 'wrong':
      return { authorization: `Bearer ${own.slice(0, -1)}` };
    case 'none':
      return {};
  }
}

function signatureOf(
  { id }: Operation,
  { credential }: GeneratedRequest,
  { body, world }: { readonly body: Buffer | null; readonly world: FuzzedWorld },
): Record<string, string> {
  if (credential === 'none') return {};
  const names = id === 'receiveSmsEvents' ? SMS_HEADERS : SENDGRID_HEADERS;
  const signed = credential === 'own' ? (body ?? Buffer.alloc(0)) : Buffer.from('another');
  const seconds = Math.floor(Date.now() / 1_000);
  return signedHeaders(signed, { key: world.signingKey, seconds, names });
}

function shown({ status, contentType, text }: Answer): string {
  return `${status} ${contentType} ${text.slice(0, SHOWN)}`;
}
