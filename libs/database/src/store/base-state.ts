import { initialState, type EnrollmentState, type FoldBase } from '@cadenza/plan';

/**
 * What is written of a base: nothing where it is known without. That is the state itself, as from each
 * hand-off's beginning on, and before the first input the state in which all begin.
 */
export function writtenBase(state: EnrollmentState, base: FoldBase): EnrollmentState | null {
  return base.seq === 0 || base.state === state ? null : base.state;
}

/** The base's state of an enrollment's row. */
export function readBase(row: {
  readonly state: EnrollmentState;
  readonly base_state: EnrollmentState | null;
  readonly base_seq: number;
}): EnrollmentState {
  return row.base_state ?? (row.base_seq === 0 ? initialState() : row.state);
}
