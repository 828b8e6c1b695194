import type { Problem } from '@cadenza/domain';
import { checkPlan } from '@cadenza/engine';
import { importPlan, isTimeZone } from '@cadenza/plan';
import { InvalidArgumentError, type Command } from 'commander';
import { problemLine, problemText } from '../failure.ts';
import { instantValue } from '../option-values.ts';
import { readJson } from '../plan-file.ts';
import { REACTIONS, reactionValue, simulatePlan, type SimulateOptions } from '../simulation.ts';
import type { Answering, Terminal } from '../terminal.ts';

const FILE = 'JSON file, or - for standard input';

export function planCommands(program: Command, terminal: Terminal, answering: Answering): void {
  const plan = program.command('plan').description('check, import and try out plans');

  answering(
    plan.command('validate').description('list what is wrong with a plan').argument('<file>', FILE),
    async (_, [file = '']) => {
      const result = checkPlan(await readJson(file, terminal));
      if (!result.ok) {
        const { problems } = result;
        return {
          data: { ok: false, problems, warnings: [] },
          text: problemText(`${file}: ${counted(problems, 'problem')}`, problems),
          ok: false,
        };
      }
      const { warnings } = result;
      const nodes = counted(Object.keys(result.plan.nodes), 'node');
      return {
        data: { ok: true, problems: [], warnings },
        text: [`${file}: valid, ${nodes}, ${counted(warnings, 'warning')}`]
          .concat(warnings.map(problemLine))
          .join('\n'),
      };
    },
  );

  answering(
    plan
      .command('import')
      .description('bring a plan of an older form to version 1.0, and print it')
      .argument('<file>', FILE),
    async (_, [file = '']) => {
      const { plan, changes } = importPlan(await readJson(file, terminal));
      const result = checkPlan(plan);
      const problems = result.ok ? [] : result.problems;
      const warnings = result.ok ? result.warnings : [];
      return {
        data: { plan, changes, problems, warnings },
        text: JSON.stringify(plan, null, 2),
        notes: [
          ...changes.map(({ path, from, to }) => `rewrote ${path}: ${from} -> ${to}`),
          ...(result.ok ? [] : [problemText(counted(problems, 'problem'), problems)]),
          ...warnings.map((warning) => `warning:${problemLine(warning)}`),
        ],
        ok: result.ok,
      };
    },
  );

  const simulate = plan
    .command('simulate')
    .description('run a plan in virtual time against a recipient who does what is said here')
    .argument('<file>', FILE)
    .option('--start <moment>', 'when the recipient is enrolled; now by default', instantValue)
    .option('--timezone <zone>', "the recipient's, else the plan's", zoneValue);
  for (const { option, means } of REACTIONS) {
    simulate.option(
      `--${option} <[node=]after>`,
      `${means} that long after each mail, or that node's; repeatable`,
      reactionValue,
      [],
    );
  }
  answering<SimulateOptions>(simulate, async (options, [file = '']) =>
    simulatePlan(await readJson(file, terminal), options),
  );
}

function counted(list: readonly (Problem | string)[], noun: string): string {
  return `${list.length} ${noun}${list.length === 1 ? '' : 's'}`;
}

function zoneValue(text: string): string {
  if (!isTimeZone(text))
    throw new InvalidArgumentError('Expected an IANA zone such as Asia/Tokyo.');
  return text;
}
