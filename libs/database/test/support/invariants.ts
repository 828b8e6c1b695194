import { verify, type Difference } from '@cadenza/engine';
import {
  DEFAULT_SOFT_BOUNCE_RETRY_MS,
  parsePlan,
  replay,
  type CompiledPlan,
  type EnrollmentInput,
  impliedActions,
  initialState,
} from '@cadenza/plan';
import type { World } from './world.ts';

/** What must hold whenever nothing is under way, and those for whom it does not. */
const INVARIANTS: readonly (readonly [name: string, query: string])[] = [
  [
    'a queued message has exactly one live action',
    `SELECT m.id FROM outbound_messages m
     WHERE m.status = 'queued' AND 1 <> (
       SELECT count(*) FROM scheduled_actions a
       WHERE a.tenant_id = m.tenant_id AND a.message_id = m.id
         AND a.status IN ('pending', 'dispatched'))`,
  ],
  [
    'a live send has a queued message of its attempt',
    `SELECT a.id FROM scheduled_actions a
     LEFT JOIN outbound_messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
     WHERE a.type = 'send' AND a.status IN ('pending', 'dispatched')
       AND (m.id IS NULL OR m.status <> 'queued' OR m.attempt <> a.attempt)`,
  ],
  [
    'the version counts the recorded inputs',
    `SELECT c.id FROM contact_campaigns c
     LEFT JOIN campaign_transitions t ON t.tenant_id = c.tenant_id AND t.enrollment_id = c.id
     GROUP BY c.tenant_id, c.id, c.version
     HAVING c.version <> count(t.seq) OR c.version <> max(t.seq)`,
  ],
  [
    'an ended enrollment has no live action',
    `SELECT c.id FROM contact_campaigns c
     JOIN scheduled_actions a ON a.tenant_id = c.tenant_id AND a.enrollment_id = c.id
       AND a.status IN ('pending', 'dispatched')
     WHERE c.status <> 'active'`,
  ],
  [
    'nobody is lost: who is active has a live action, a message under way, or waits by plan',
    `SELECT c.id FROM contact_campaigns c
     WHERE c.status = 'active'
       AND NOT EXISTS (
         SELECT FROM scheduled_actions a WHERE a.tenant_id = c.tenant_id
           AND a.enrollment_id = c.id AND a.status IN ('pending', 'dispatched'))
       AND NOT EXISTS (
         SELECT FROM outbound_messages m WHERE m.tenant_id = c.tenant_id
           AND m.enrollment_id = c.id AND m.status IN ('dispatching', 'unknown'))
       AND c.phase <> 'listening'`,
  ],
  [
    'no lane rests beyond the time at which a send of it is due',
    `SELECT l.campaign_id AS id FROM dispatch_lanes l
     JOIN scheduled_actions a ON a.tenant_id = l.tenant_id AND a.campaign_id = l.campaign_id
       AND a.sender_identity_id = l.sender_identity_id
       AND a.type = 'send' AND a.status = 'pending'
     WHERE a.run_at < l.due_at`,
  ],
  [
    'who is at a send node that has not begun has its send',
    `SELECT c.id FROM contact_campaigns c
     WHERE c.phase = 'scheduled' AND NOT EXISTS (
       SELECT FROM scheduled_actions a WHERE a.tenant_id = c.tenant_id
         AND a.enrollment_id = c.id AND a.type = 'send' AND a.node_id = c.node_id
         AND a.visit = c.visit AND a.status IN ('pending', 'dispatched'))`,
  ],
];

/** Each invariant with those who break it; empty where all hold. */
export async function brokenInvariants(world: World): Promise<Record<string, string[]>> {
  const broken: Record<string, string[]> = {};
  for (const [name, query] of INVARIANTS) {
    const found = await world.rows<{ id: string }>(query);
    if (found.length > 0) broken[name] = found.map(({ id }) => id);
  }
  const unlike = await unlikeReplay(world);
  if (unlike.length > 0) {
    broken['the state is the replay of all inputs, and what it implies is live'] = unlike;
  }
  const differences = await verifyAll(world);
  if (differences.length > 0) {
    broken['what is recorded, run again, leads to what is stored'] = differences.map((one) =>
      JSON.stringify(one),
    );
  }
  return broken;
}

/** What verifying finds, of all tenants. */
export async function verifyAll(world: World): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const { id } of await world.rows<{ id: string }>('SELECT id FROM tenants')) {
    for await (const page of verify({ tenantId: id, campaignId: null }, { store: world.store })) {
      found.push(...page.differences);
    }
  }
  return found;
}

/** Enrollments whose stored state differs from the replay of all that is recorded of them. */
async function unlikeReplay(world: World): Promise<string[]> {
  const found = await world.rows<{
    id: string;
    plan_version_id: string;
    plan: unknown;
    state: unknown;
    base_state: unknown;
    base_seq: number;
    inputs: { seq: number; id: string; input: EnrollmentInput }[];
    live: string[];
  }>(`
    SELECT c.id, c.plan_version_id, v.plan, c.state,
      c.base_state, c.base_seq,
      jsonb_agg(jsonb_build_object('seq', t.seq, 'id', t.input_id, 'input', t.input)
        ORDER BY t.seq) AS inputs,
      ARRAY(SELECT a.dedupe_key || ' ' || epoch_ms(a.due_at) FROM scheduled_actions a
        WHERE a.tenant_id = c.tenant_id AND a.enrollment_id = c.id
          AND a.status IN ('pending', 'dispatched') ORDER BY 1) AS live
    FROM contact_campaigns c
    JOIN campaign_plan_versions v ON v.tenant_id = c.tenant_id AND v.id = c.plan_version_id
    JOIN campaign_transitions t ON t.tenant_id = c.tenant_id AND t.enrollment_id = c.id
    GROUP BY c.tenant_id, c.id, v.tenant_id, v.id`);
  const plans = new Map<string, CompiledPlan>();
  return found.flatMap((row) => {
    const plan = plans.get(row.plan_version_id) ?? compiled(row.plan);
    plans.set(row.plan_version_id, plan);
    const settings = {
      timezone: null,
      graceMs: world.graceMs,
      softBounceRetryMs: DEFAULT_SOFT_BOUNCE_RETRY_MS,
    };
    const replayed = replay(
      plan,
      row.inputs.map((one) => ({ ...one, now: 0 })),
      settings,
    );
    const implied = impliedActions(plan, replayed.state, settings)
      .map(({ key, dueAt }) => `${key} ${dueAt}`)
      .sort();
    const same =
      canonical(replayed.state) === canonical(row.state) &&
      replayed.base.seq === row.base_seq &&
      canonical(replayed.base.state) ===
        canonical(row.base_state ?? (row.base_seq === 0 ? initialState() : row.state)) &&
      canonical(implied) === canonical(row.live.toSorted());
    return same ? [] : [row.id];
  });
}

function compiled(stored: unknown): CompiledPlan {
  const parsed = parsePlan(stored);
  if (!parsed.ok) throw new Error(`a stored plan is not valid: ${JSON.stringify(parsed.problems)}`);
  return parsed.plan;
}

/** JSON with its keys in order: jsonb keeps none. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}
