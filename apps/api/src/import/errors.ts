import type { Problem } from '@cadenza/domain';

/** The file cannot be read on from here. Rows before it may have been written. */
export class ImportFileError extends Error {
  readonly kind: 'invalid-request' | 'too-large';
  readonly problem: Problem;

  constructor(problem: Problem, kind: 'invalid-request' | 'too-large' = 'invalid-request') {
    super(problem.message);
    this.name = 'ImportFileError';
    this.kind = kind;
    this.problem = problem;
  }
}
