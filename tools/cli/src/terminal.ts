import type { Environment } from '@cadenza/config';
import type { Command } from 'commander';
import type { Readable } from 'node:stream';

/** What a command line touches outside of itself. */
export interface Terminal {
  readonly env: Environment;
  readonly stdin: Readable;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
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

export type Answering = <O>(
  command: Command,
  answer: (options: O, args: readonly string[]) => Answer | Promise<Answer>,
) => void;

/** Gives commands their `--json` and prints what they answer. */
export function answeringOn(terminal: Terminal, onFailure: () => void): Answering {
  return (command, answer) => {
    command.option('--json', 'print JSON, errors too').action(async () => {
      const options = command.opts();
      const { text, data, notes = [], ok = true } = await answer(options as never, command.args);
      if (options['json'] === true) terminal.out(`${JSON.stringify(data, null, 2)}\n`);
      else {
        for (const note of notes) terminal.err(`${note}\n`);
        if (text !== '') terminal.out(`${text}\n`);
      }
      if (!ok) onFailure();
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
