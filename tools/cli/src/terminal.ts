import type { Environment } from '@cadenza/config';
import type { Command } from 'commander';
import type { Readable } from 'node:stream';
import { withProgress, type StartProgress } from './progress.ts';

/** What a command line touches outside of itself. */
export interface Terminal {
  readonly env: Environment;
  readonly stdin: Readable;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Where progress is shown: standard error, where that is a terminal. Null: nowhere. */
  readonly progress: NodeJS.WritableStream | null;
}

/** What a command answers: the same thing for people and, with `--json`, for programs. */
export interface Answer {
  readonly text: string;
  readonly data: unknown;
  /** For people only, and beside the answer: on standard error. */
  readonly notes?: readonly string[];
  /** False where the answer itself is a failure, such as a plan with problems: exit code 1. */
  readonly ok?: boolean;
}

/** What a command is given besides what it was called with. */
export interface Running {
  /** Begins to show how far long work is; nowhere with `--json`. */
  readonly progress: StartProgress;
}

export type Answering = <O>(
  command: Command,
  answer: (options: O, args: readonly string[], running: Running) => Answer | Promise<Answer>,
) => void;

/** Gives commands their `--json` and prints what they answer. */
export function answeringOn(terminal: Terminal, onFailure: () => void): Answering {
  return (command, answer) => {
    command.option('--json', 'print JSON, errors too').action(async () => {
      const options = command.opts();
      const json = options['json'] === true;
      const { text, data, notes, ok } = await withProgress(
        json ? null : terminal.progress,
        (progress) => answer(options as never, command.args, { progress }),
      );
      if (json) terminal.out(`${JSON.stringify(data, null, 2)}\n`);
      else {
        for (const note of notes ?? []) terminal.err(`${note}\n`);
        if (text !== '') terminal.out(`${text}\n`);
      }
      if (ok === false) onFailure();
    });
  };
}

/** Rows in columns of equal width, under their headings. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
