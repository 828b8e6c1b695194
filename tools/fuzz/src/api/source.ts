import fc, { type Arbitrary } from 'fast-check';
import { createRandom } from '../random.ts';
import type { Json, Operation } from './document.ts';
import { requestsOf, type GeneratedRequest } from './requests.ts';

export interface Generated {
  readonly operation: Operation;
  readonly request: GeneratedRequest;
  /** Whether the request before it is to be sent a second time as it was. */
  readonly isAgain: boolean;
}

/** Where requests come from. */
export interface Source {
  /** The next one: requests without end, in an order that the seed decides. */
  next(): Generated;
  /** One of this operation, as the document allows it. */
  described(operation: Operation): GeneratedRequest;
}

/** Requests of an operation that are generated together. */
const BATCH = 50;
/** Operations without which others find nothing, and that come more often. */
const OFTEN = /^(?:create|enrol|start|list|update|get)/;
/** Requests in a hundred that come a second time. */
const AGAIN = 2;

export function createSource(
  document: Json,
  operations: readonly Operation[],
  seed: number,
): Source {
  const random = createRandom(seed);
  const often = operations.flatMap((one) => (OFTEN.test(one.id) ? [one, one, one] : [one]));
  const made = new Map<Operation, Arbitrary<GeneratedRequest>>();
  const waiting = new Map<Operation, GeneratedRequest[]>();

  function nextOf(operation: Operation): GeneratedRequest {
    const ready = waiting.get(operation)?.pop();
    if (ready !== undefined) return ready;
    const arbitrary = made.get(operation) ?? requestsOf(document, operation);
    made.set(operation, arbitrary);
    const [first, ...rest] = fc.sample(arbitrary, { numRuns: BATCH, seed: random.int(2 ** 31) });
    waiting.set(operation, rest);
    if (first === undefined) throw new Error(`nothing was generated for ${operation.id}`);
    return first;
  }

  return {
    next() {
      const operation = often[random.int(often.length)];
      if (operation === undefined) throw new Error('the document has no operations');
      return { operation, request: nextOf(operation), isAgain: random.percent(AGAIN) };
    },
    described(operation) {
      let request = nextOf(operation);
      while (request.manner !== 'valid') request = nextOf(operation);
      return request;
    },
  };
}
