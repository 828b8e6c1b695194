import type { Answer } from './call.ts';
import type { Operation } from './document.ts';
import { parsedJson } from './judge.ts';
import { isDone, type ApiFuzzReport, type Finding } from './report.ts';
import type { GeneratedRequest } from './requests.ts';

/** Keeps count of a run. */
export interface Tally {
  /** @param answer null where none came. */
  count(operation: Operation, request: GeneratedRequest, answer: Answer | null): void;
  /** @param found.kind what is the same of findings of which the first alone is kept. */
  find(found: Omit<Finding, 'count'> & { readonly kind: string }): void;
  result(): Pick<ApiFuzzReport, 'operations' | 'unexpected'>;
}

/** Kinds of findings that are kept. */
const KEPT = 40;

export function createTally(operations: readonly Operation[]): Tally {
  const counts = new Map(
    operations.map(({ id }) => [
      id,
      {
        answers: new Map<number, number>(),
        valid: 0,
        validDone: 0,
        refused: new Map<string, number>(),
      },
    ]),
  );
  const kinds = new Map<string, Finding>();
  return {
    count({ id }, { manner }, answer) {
      const status = answer?.status ?? 0;
      const of = counts.get(id);
      if (of === undefined) return;
      of.answers.set(status, (of.answers.get(status) ?? 0) + 1);
      if (manner !== 'valid') return;
      of.valid += 1;
      if (isDone(status)) of.validDone += 1;
      if (status < 400 || answer === null) return;
      const reason = reasonOf(answer);
      of.refused.set(reason, (of.refused.get(reason) ?? 0) + 1);
    },
    find({ kind, ...found }) {
      const known = kinds.get(kind);
      if (known !== undefined) known.count += 1;
      else if (kinds.size < KEPT) kinds.set(kind, { ...found, count: 1 });
    },
    result: () => ({ operations: counts, unexpected: [...kinds.values()] }),
  };
}

function reasonOf({ text }: Answer): string {
  const { detail = '', problems = [] } = (parsedJson(text) ?? {}) as {
    readonly detail?: string;
    readonly problems?: readonly { readonly path: string; readonly message: string }[];
  };
  const [first] = problems;
  if (first === undefined) return detail;
  // Without the value, so that one reason is one.
  return `${first.path} ${first.message.replace(/^.*: (?=expected)/s, '')}`.replace(/\d+/g, '#');
}
