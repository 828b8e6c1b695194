import { settingsMarkdown, settingsTable } from '@cadenza/config';
import type { Command } from 'commander';
import type { Answering, Terminal } from '../terminal.ts';

export function settingsCommand(program: Command, _: Terminal, answering: Answering): void {
  answering(
    program.command('settings').description('print the table of all environment variables'),
    () => ({ text: settingsMarkdown(), data: settingsTable() }),
  );
}
