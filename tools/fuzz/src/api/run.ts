import { Agent } from 'node:http';
import type { FuzzOptions, FuzzSurroundings } from '../options.ts';
import { SENDGRID_HEADERS, signedHeaders, SMS_HEADERS } from '../signature.ts';
import { callOf, send, type Answer, type Call } from './call.ts';
import { operationsOf, type Json, type Operation } from './document.ts';
import { createJudge, parsedJson, refusal } from './judge.ts';
import { createKnownValues } from './known-values.ts';
import type { ApiFuzzReport } from './report.ts';
import type { GeneratedRequest } from './requests.ts';
import { asShellLine } from './shell.ts';
import { createSource } from './source.ts';
import { createTally } from './tally.ts';
import { nextOf } from './prepared.ts';
import { startFuzzedWorld, type FuzzedWorld } from './world.ts';

/** Requests under way at once: few, so that one follows from another. */
const AT_ONCE = 4;
/** Milliseconds after which no further request is sent. */
const LONGEST_MS = 45 * 60_000;
/** Operations of people, which no key opens. */
const OF_PEOPLE: ReadonlySet<string> = new Set(['signInLocally', 'switchTenant', 'deleteSession']);
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
  const known = createKnownValues({ never: world.keyIds, derived: world.derived });
  const next = createSource(document, operations, seed);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const programs = [stack.api, stack.eventWorker, stack.sendWorker];
  const pids = programs.map(({ pid }) => pid);
  const tally = createTally(operations);
  let sent = 0;
  let former: Sent | null = null;
  say(`seed ${seed}: sending ${count} requests to ${operations.length} operations`);

  async function feedOne(): Promise<void> {
    sent += 1;
    const number = sent;
    const { operation, request, isAgain } = next();
    const one =
      isAgain && former !== null
        ? former
        : {
            operation: metBy(operation, request.method),
            request,
            call: withCredential(operation, known.fill(request), world),
          };
    former = one;
    let answer: Answer | null = null;
    let flaw: string | null = null;
    try {
      answer = await send(agent, stack.apiUrl, one.call);
      if (answer !== null) flaw = flawOf(one, answer);
    } catch (error) {
      flaw = String(error);
    }
    tally.count(one.operation, one.request, answer);
    const isDone = answer !== null && answer.status >= 200 && answer.status < 300;
    if (flaw !== null) {
      tally.find({
        what: `request ${number}, ${one.operation.id}: ${flaw}`,
        kind: `${one.operation.id} ${flaw.replace(/\d+/g, '#')}`,
        request: asShellLine(one.call),
        answer: answer === null || isDone ? null : shown(answer),
      });
    }
    if (answer !== null && isDone) {
      known.learn(one.operation, parsedJson(answer.text), answer.etag);
    }
    if (number % 5_000 === 0) say(`${number} requests sent`);
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
