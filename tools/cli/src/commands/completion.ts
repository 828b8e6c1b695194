import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts';
import { commandWords } from '../completion/words.ts';
import type { Answering, Terminal } from '../terminal.ts';

export function completionCommand(
  program: Command,
  _terminal: Terminal,
  answering: Answering,
): void {
  answering(
    program
      .command('completion')
      .description('print a script that lets a shell complete these commands')
      .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS)),
    (_options, [shell = '']) => {
      const text = completionScript(shell as Shell, commandWords(program)).trimEnd();
      return { data: { shell, script: text }, text };
    },
  );
}
