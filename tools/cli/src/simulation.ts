import { InvalidInputError } from '@cadenza/domain';
import { checkPlan } from '@cadenza/engine';
import {
  addDuration,
  DEFAULT_SETTINGS,
  simulate,
  type CompiledPlan,
  type Duration,
  type EnrollmentInput,
  type ReactionType,
  type TraceEntry,
} from '@cadenza/plan';
import { durationValue } from './option-values.ts';
import { table, type Answer } from './terminal.ts';

/** What a simulated recipient can be told to do. */
export const REACTIONS = [
  { option: 'opens', means: 'the recipient opens', type: 'opened' },
  { option: 'clicks', means: 'the recipient clicks', type: 'clicked' },
  { option: 'replies', means: 'the recipient replies', type: 'replied' },
  { option: 'unsubscribes', means: 'the recipient unsubscribes', type: 'unsubscribed' },
  { option: 'complains', means: 'the recipient reports spam', type: 'spamreport' },
  { option: 'bounces', means: 'the mail server knows no such mailbox', type: 'bounced' },
] as const satisfies readonly { option: string; means: string; type: ReactionType }[];

interface Reaction {
  /** Null: to every mail. */
  readonly nodeId: string | null;
  readonly after: Duration;
}

export type SimulateOptions = Readonly<
  Record<(typeof REACTIONS)[number]['option'], readonly Reaction[]>
> & { readonly start?: number; readonly timezone?: string };

/** Reads `PT5H` or `intro=PT5H`, after those that were given before. */
export function reactionValue(text: string, before: readonly Reaction[]): Reaction[] {
  const equals = text.lastIndexOf('=');
  const nodeId = equals < 0 ? null : text.slice(0, equals);
  return [...before, { nodeId, after: durationValue(text.slice(equals + 1)) }];
}

/** @throws InvalidInputError for a plan with problems, or a reaction to a node that it lacks. */
export function simulatePlan(input: unknown, options: SimulateOptions): Answer {
  const parsed = checkPlan(input);
  if (!parsed.ok) throw new InvalidInputError('plan refused', parsed.problems);
  const { plan } = parsed;
  checkNodes(plan, options);
  const zone = options.timezone ?? plan.timezone;
  const { trace, state } = simulate(
    plan,
    ({ nodeId, sentAt }) =>
      REACTIONS.flatMap(({ option, type }) =>
        options[option]
          .filter((reaction) => (reaction.nodeId ?? nodeId) === nodeId)
          .map(({ after }) => ({
            type,
            afterMs: addDuration(sentAt, after, zone) - sentAt,
            ...(type === 'bounced' ? { bounce: 'hard' as const } : {}),
          })),
      ),
    {
      startAt: options.start ?? Date.now(),
      settings: { ...DEFAULT_SETTINGS, timezone: options.timezone ?? null },
    },
  );
  const rows = trace.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() }));
  const { end } = state;
  return {
    data: { timezone: zone, trace: rows, end },
    text: [
      table(
        [zone, 'input', 'outcome', 'now at'],
        trace.map((entry) => traceRow(entry, zone)),
      ),
      '',
      end === null
        ? `waits at ${state.nodeId ?? 'the start'}, for something that this recipient does not do`
        : `ends as ${end.status}: ${end.reason}`,
    ].join('\n'),
  };
}

function checkNodes(plan: CompiledPlan, options: SimulateOptions): void {
  const problems = REACTIONS.flatMap(({ option }) =>
    options[option].flatMap(({ nodeId }) =>
      nodeId === null || plan.nodes[nodeId]?.action === 'send'
        ? []
        : [
            {
              path: `--${option}`,
              code: 'unknown_node',
              message: `"${nodeId}" was found, expected a node that sends`,
            },
          ],
    ),
  );
  if (problems.length > 0) throw new InvalidInputError('simulation refused', problems);
}

function traceRow({ at, input, outcome, nodeId, phase }: TraceEntry, zone: string): string[] {
  const time = new Date(at);
  const day = time.toLocaleString('en-GB', { timeZone: zone, weekday: 'short' });
  const local = time.toLocaleString('sv-SE', { timeZone: zone });
  return [`${day} ${local}`, inputText(input), outcome, `${nodeId ?? '-'} (${phase})`];
}

function inputText(input: EnrollmentInput): string {
  const what = 'type' in input ? input.type : input.kind;
  return 'nodeId' in input ? `${what} ${input.nodeId}` : what;
}
