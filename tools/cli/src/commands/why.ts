import {
  createDatabaseClock,
  enrollmentExists,
  readInstallationId,
  type Database,
} from '@cadenza/database';
import type { Id } from '@cadenza/domain';
import {
  createPlanCache,
  explainEnrollment,
  timerGraceMs,
  type Explanation,
  type WhyGate,
} from '@cadenza/engine';
import { openLimiter } from '@cadenza/runtime';
import type { CliSecrets } from '@cadenza/config';
import type { Command } from 'commander';
import { idValue, textValue } from '../option-values.ts';
import { asTenant, tenantStore, withOwner } from '../owner.ts';
import { findTenant, listTenants } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

export function whyCommand(program: Command, { env, err }: Terminal, answering: Answering): void {
  answering<{ readonly tenant?: string }>(
    program
      .command('why')
      .description(
        'say why the next message of an enrollment has not been sent, and when it will be',
      )
      .argument('<enrollment>', 'its id', idValue('an enrollment'))
      .option('--tenant <id or name>', 'whose; otherwise all are asked', textValue(200)),
    ({ tenant }, [id = '']) =>
      withOwner(env, async (db, _config, secrets) => {
        const tenantId = await tenantOf(db, id, tenant);
        const explained = await explain(db, secrets, { tenantId, id }, err);
        return { data: dataOf(id, tenantId, explained), text: textOf(explained) };
      }),
  );
}

async function explain(
  db: Database,
  secrets: CliSecrets,
  ref: { readonly tenantId: Id; readonly id: Id },
  err: Terminal['err'],
): Promise<Explanation> {
  const clock = await createDatabaseClock(db, () => undefined);
  const complain = (_fields: unknown, message: string) => err(`cadenza: ${message}\n`);
  const limiter = openLimiter(
    {
      databaseUrl: secrets.databaseOwnerUrl.reveal(),
      redisUrl: secrets.redisUrl?.reveal() ?? null,
      appName: 'cadenza-cli',
      log: { warn: complain, error: complain },
    },
    { clock, installationId: await readInstallationId(db) },
  );
  try {
    const explanation = await explainEnrollment(ref, {
      store: tenantStore(db, ref.tenantId),
      plans: createPlanCache(),
      limiter,
      graceMs: timerGraceMs(clock.rate),
      rate: clock.rate,
    });
    if (explanation === null) throw unknown(ref.id);
    return explanation;
  } finally {
    clock.stop();
    await limiter.close();
  }
}

/** Ids say nothing of their tenant, and the owner sees the rows of one at a time. */
async function tenantOf(db: Database, id: Id, given: string | undefined): Promise<Id> {
  const asked = given === undefined ? await listTenants(db) : [await findTenant(db, given)];
  for (const { id: tenantId } of asked) {
    if (await asTenant(db, tenantId, (trx) => enrollmentExists(trx, tenantId, id))) return tenantId;
  }
  throw unknown(id);
}

function unknown(id: Id): Error {
  return new Error(
    `enrollment ${id} is unknown: expected the id of one, as GET /v1/campaigns/<id>/enrollments lists them`,
  );
}

const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function dataOf(
  enrollmentId: Id,
  tenantId: Id,
  { at, answer, expectedAt, next, gates }: Explanation,
) {
  const gate = (one: WhyGate) => ({
    ...one,
    opensAt: instant(one.opensAt),
    limit: one.limit ?? null,
  });
  return {
    enrollmentId,
    tenantId,
    at: instant(at),
    answer: gate(answer),
    expectedAt: instant(expectedAt),
    next: next && { ...next, dueAt: instant(next.dueAt) },
    gates: gates.map(gate),
  };
}

function textOf({ at, answer, expectedAt, next, gates }: Explanation): string {
  const step =
    next === null
      ? ''
      : `next: ${next.nodeId}, visit ${next.visit}, attempt ${next.attempt}, due ${instant(next.dueAt) ?? ''}\n`;
  return `${answer.gate}: ${answer.reason}
${step}expected: ${instant(expectedAt) ?? 'not known'} (it is ${instant(at) ?? ''})

${table(
  ['gate', 'state', 'opens at', 'reason'],
  gates.map((gate) => [gate.gate, gate.state, instant(gate.opensAt) ?? '', gate.reason]),
)}`;
}
