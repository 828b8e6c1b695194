import fc from 'fast-check';
import { parsePlan, type CompiledPlan } from '../../src/index.ts';

const EVENTS = ['delivered', 'opened', 'clicked', 'replied', 'bounced', 'blocked', 'dropped'];
const TIMERS = ['no_open', 'no_click', 'no_reply'];
/** The common ones, several times. */
const LIKELY = ['opened', 'opened', 'clicked', 'delivered', ...TIMERS, ...TIMERS];

const duration = fc.constantFrom('PT1H', 'PT30M', 'PT24H', 'P1D', 'P3D', 'P1DT6H', 'PT72H');
const delay = fc.constantFrom('PT0S', 'PT10M', 'PT2H', 'P1D', 'P1W');

/** Plans of a few nodes with everything in them, valid or not; targets are numbers of nodes. */
const written = fc
  .record({
    nodes: fc.array(
      fc.record({
        wait: fc.boolean(),
        delay,
        at: fc.option(fc.constantFrom('09:00', '14:30', '02:30'), { nil: undefined }),
        maxVisits: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 6 }),
        maxLateness: fc.option(fc.constantFrom('PT1H', 'P2D'), { nil: undefined }),
        transitions: fc.uniqueArray(
          fc.record({
            on: fc.constantFrom(...LIKELY, ...EVENTS, 'skipped', 'unsubscribed'),
            // More nodes than stops, so that plans go on.
            to: fc.integer({ min: -1, max: 11 }),
            limit: fc.option(duration, { nil: undefined }),
            any: fc.boolean(),
          }),
          { selector: ({ on }) => on, minLength: 1, maxLength: 5 },
        ),
      }),
      { minLength: 3, maxLength: 7, size: 'max' },
    ),
    quiet: fc.option(
      fc.constantFrom({ start: '21:00', end: '07:30' }, { start: '12:00', end: '13:00' }),
      { nil: undefined },
    ),
    window: fc.option(
      fc.constantFrom({ days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '08:00', end: '17:00' }),
      { nil: undefined },
    ),
    timezone: fc.constantFrom('America/Los_Angeles', 'Europe/Berlin', 'Australia/Lord_Howe', 'UTC'),
  })
  .map(({ nodes, quiet, window, timezone }) => {
    const id = (index: number): string => `n${index % nodes.length}`;
    return {
      version: '1.0',
      timezone,
      quietHours: quiet,
      sendWindow: window,
      startNodeId: 'n0',
      nodes: nodes.map((node, index) => ({
        id: `n${index}`,
        channel: 'email',
        maxVisits: node.maxVisits,
        ...(node.wait && index > 0
          ? { action: 'wait' }
          : {
              action: 'send',
              subject: 's',
              body: 'b',
              schedule: { delay: node.delay, at: node.at, maxLateness: node.maxLateness },
            }),
        transitions: node.transitions.map(({ on, to, limit, any }) => ({
          on,
          to: to < 0 ? 'stop' : id(to),
          ...(on !== 'skipped' && { [TIMERS.includes(on) ? 'after' : 'within']: limit }),
          ...(any && /open|click/.test(on) && { actor: 'any' }),
        })),
      })),
    };
  });

type Written = typeof written extends fc.Arbitrary<infer T> ? T : never;

/** A plan without the nodes that nothing leads to. */
function reachable(plan: Written): Written {
  const reached = new Set<string>();
  const open = [plan.startNodeId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    for (const node of plan.nodes) {
      if (node.id === id) open.push(...node.transitions.map(({ to }) => to));
    }
  }
  return { ...plan, nodes: plan.nodes.filter(({ id }) => reached.has(id)) };
}

/** Valid plans, compiled. */
export const arbitraryPlan: fc.Arbitrary<CompiledPlan> = written
  .map((plan) => parsePlan(reachable(plan)))
  .filter((parsed) => parsed.ok)
  .map((parsed) => {
    if (!parsed.ok) throw new Error('the filter before lets no such plan through');
    return parsed.plan;
  });
