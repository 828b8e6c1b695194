/** One of the ways to send that are compared. */
export interface Side {
  readonly name: SideName;
  /** What is inside of its timed stretch. */
  readonly timed: string;
  /** Starts its processes anew. */
  open(): Promise<OpenSide>;
}

export const SIDE_NAMES = [
  'raw',
  'sendgrid-mail',
  'pipeline-redis',
  'pipeline-postgres',
  'naive',
] as const;
export type SideName = (typeof SIDE_NAMES)[number];

export interface OpenSide {
  /** Ids of its processes by name, to be asked for their CPU time. */
  readonly processes: Readonly<Record<string, number>>;
  /** Makes messages ready that the next `run` sends. Not timed. */
  prepare(count: number): Promise<void>;
  /** Sends what was prepared. @returns the seconds that took. */
  run(): Promise<number>;
  close(): Promise<void>;
}
