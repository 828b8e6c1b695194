import { Command, CommanderError } from 'commander';
import { createRequire } from 'node:module';
import { audienceCommands } from './commands/audience.ts';
import { campaignCommands } from './commands/campaign.ts';
import { clockCommands } from './commands/clock.ts';
import { completionCommand } from './commands/completion.ts';
import { contactCommands } from './commands/contact.ts';
import { doctorCommand } from './commands/doctor.ts';
import { importCommand } from './commands/import.ts';
import { enrollmentCommands } from './commands/enrollment.ts';
import { inputsCommands } from './commands/inputs.ts';
import { keyCommands } from './commands/key.ts';
import { limitCommands } from './commands/limit.ts';
import { loginCommands } from './commands/login.ts';
import { messageCommands } from './commands/message.ts';
import { migrateCommands } from './commands/migrate.ts';
import { planCommands } from './commands/plan.ts';
import { quarantineCommands } from './commands/quarantine.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { replayCommand } from './commands/replay.ts';
import { secretsCommands } from './commands/secrets.ts';
import { senderCommands } from './commands/sender.ts';
import { sendingCommands } from './commands/sending.ts';
import { settingsCommand } from './commands/settings.ts';
import { suppressionsCommands } from './commands/suppressions.ts';
import { tenantCommands } from './commands/tenant.ts';
import { userCommands } from './commands/user.ts';
import { verifyCommand } from './commands/verify.ts';
import { watchCommand } from './commands/watch.ts';
import { whyCommand } from './commands/why.ts';
import { failureOf, problemText } from './failure.ts';
import { answeringOn, type Terminal } from './terminal.ts';

const COMMANDS = [
  doctorCommand,
  migrateCommands,
  loginCommands,
  tenantCommands,
  keyCommands,
  userCommands,
  senderCommands,
  sendingCommands,
  limitCommands,
  importCommand,
  contactCommands,
  campaignCommands,
  audienceCommands,
  messageCommands,
  enrollmentCommands,
  whyCommand,
  watchCommand,
  planCommands,
  clockCommands,
  verifyCommand,
  replayCommand,
  quarantineCommands,
  reconcileCommand,
  inputsCommands,
  suppressionsCommands,
  secretsCommands,
  settingsCommand,
  completionCommand,
];

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

/**
 * Runs one command line.
 *
 * @returns the exit code: 0 done, 1 failed, 2 called wrongly.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const json = args.includes('--json');
  let exitCode = DONE;
  const program = new Command('cadenza')
    .description(
      'Operates Cadenza: its database, its tenants and their keys, their messages, plans and clock',
    )
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (message, write) => {
        if (!json) write(`cadenza: ${message.replace(/^error: /, '')}`);
      },
    });
  const answering = answeringOn(terminal, () => {
    exitCode = FAILED;
  });
  for (const add of COMMANDS) add(program, terminal, answering);

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const misused = error instanceof CommanderError;
    if (misused && error.exitCode === 0) return DONE;
    const failure = misused
      ? { message: error.message.replace(/^error: /, ''), problems: [] }
      : failureOf(error);
    if (json) terminal.err(`${JSON.stringify({ error: failure })}\n`);
    // Commander has said itself what was misused, with a suggestion where it has one.
    else if (!misused) terminal.err(`cadenza: ${problemText(failure.message, failure.problems)}\n`);
    if (!misused && isDebugging(terminal) && error instanceof Error) {
      terminal.err(`${error.stack ?? ''}\n`);
    }
    return misused ? MISUSED : FAILED;
  }
}

/** Asked when settings may be the very thing that is refused, so not by way of the configuration. */
function isDebugging({ env }: Terminal): boolean {
  return ['debug', 'trace'].includes(env['LOG_LEVEL'] ?? '');
}

function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  return version;
}
