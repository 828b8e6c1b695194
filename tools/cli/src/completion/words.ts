import type { Command } from 'commander';

/** A word that can come next, and what it means. */
export interface Word {
  readonly text: string;
  readonly means: string;
}

/** What can follow one command, by its path such as `tenant pause`; the program's own is empty. */
export interface CommandWords {
  readonly path: string;
  /** Sub-commands, the values of an argument that takes one of several, and options. */
  readonly words: readonly Word[];
  /** Options that a value follows, with the values there are; none where it can be anything. */
  readonly values: readonly { readonly option: string; readonly words: readonly string[] }[];
}

/** Every command of a program, each before its own sub-commands. */
export function commandWords(command: Command, path = ''): CommandWords[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((one) => one.name() !== 'help');
  const options = help.visibleOptions(command);
  const choices = command.registeredArguments.flatMap(({ argChoices, description }) =>
    (argChoices ?? []).map((text) => ({ text, means: description })),
  );
  return [
    {
      path,
      words: [
        ...commands.map((one) => ({ text: one.name(), means: one.description() })),
        ...choices,
        ...options.flatMap(({ long, description }) =>
          typeof long === 'string' ? [{ text: long, means: description }] : [],
        ),
      ],
      values: options.flatMap(({ long, required, optional, argChoices = [] }) =>
        typeof long === 'string' && (required || optional)
          ? [{ option: long, words: argChoices }]
          : [],
      ),
    },
    ...commands.flatMap((one) => commandWords(one, `${path} ${one.name()}`.trim())),
  ];
}
