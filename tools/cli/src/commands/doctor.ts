import { APPS, type AppName } from '@cadenza/config';
import { Option, type Command } from 'commander';
import { examine } from '../doctor/examine.ts';
import type { Finding, State } from '../doctor/finding.ts';
import type { Answering, Terminal } from '../terminal.ts';

export function doctorCommand(program: Command, { env }: Terminal, answering: Answering): void {
  answering<{ readonly app: readonly AppName[] }>(
    program
      .command('doctor')
      .description('look at everything that an installation stands on, and say what to mend')
      .addOption(
        new Option('--app <names...>', 'apps whose settings are in this environment')
          .choices(APPS)
          .default(APPS, 'all of them'),
      ),
    async ({ app }) => {
      const findings = await examine(env, { apps: app, now: () => Date.now() });
      const count = (state: State) => findings.filter((one) => one.state === state).length;
      const [failed, warned] = [count('fail'), count('warn')];
      return {
        data: { ok: failed === 0, failed, warned, findings },
        text: [
          ...findings.map(linesOf),
          '',
          failed + warned === 0
            ? `all ${findings.length} checks are well`
            : `of ${findings.length} checks, ${failed} failed and ${warned} gave a warning`,
        ].join('\n'),
        ok: failed === 0,
      };
    },
  );
}

function linesOf({ check, state, found, todo }: Finding): string {
  const line = `${state.padEnd(4)}  ${check}: ${found}`;
  return todo === null ? line : `${line}\n      ${todo}`;
}
