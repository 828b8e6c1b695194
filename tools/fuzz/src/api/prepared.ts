import {
  beginSession,
  createSessionToken,
  digestOfPassword,
  hashPassword,
  inTenants,
  insertUser,
  setPasswordHash,
} from '@cadenza/database';
import { newId, type Id } from '@cadenza/domain';
import type { Stack } from '@cadenza/stack';
import { sql } from 'kysely';
import { until } from '../until.ts';
import { PERSON } from './samples.ts';

/** Sessions that can be ended, and audiences that can be canceled: more than a run comes to. */
const MANY = 40;
/** Milliseconds in which mails are lost that the provider loses. */
const LOST_MS = 60_000;

const turns = new WeakMap<readonly string[], number>();

/** One after the other, and the first again after the last. */
export function nextOf(values: readonly string[]): string {
  const turn = turns.get(values) ?? 0;
  turns.set(values, turn + 1);
  return values[turn % values.length] ?? '';
}

/** A person who can sign in, and has done so many times. @returns the tokens of the sessions */
export async function signInOften({ db, apiDb }: Stack, tenantId: Id): Promise<string[]> {
  const stored = await hashPassword(PERSON.password);
  const proof = { by: 'password', passwordDigest: digestOfPassword(stored) } as const;
  await db.transaction().execute(async (trx) => {
    await sql`SET LOCAL ROLE cadenza_claimer`.execute(trx);
    await setPasswordHash(trx, PERSON.email, stored);
  });
  const tokens = Array.from({ length: MANY }, createSessionToken);
  await inTenants(apiDb, [tenantId], async (trx) => {
    const user = await insertUser(trx, tenantId, { email: PERSON.email, role: 'owner' });
    if (user === null) throw new Error('the person is a user already');
    for (const { hash } of tokens) {
      await beginSession(trx, { tenantId, userId: user.id }, { hash, proof });
    }
  });
  return tokens.map(({ token }) => token);
}

/** Audiences whose turn does not come while a run takes, so that there is something to cancel. */
export async function askForAudiences({ apiDb }: Stack, tenantId: Id): Promise<void> {
  const ids = Array.from({ length: MANY }, newId);
  await inTenants(apiDb, [tenantId], (trx) =>
    sql`
      INSERT INTO campaign_audiences (tenant_id, id, campaign_id, filter, next_at)
      SELECT c.tenant_id, a.id, c.id, '{"where": "email", "known": true}', now() + interval '1 day'
      FROM unnest(${ids}::uuid[]) a (id) CROSS JOIN campaigns c`.execute(trx),
  );
}

/**
 * Gives up mails of whose fate nobody knows, but for one.
 *
 * @returns the ids of the failed ones, which can be sent again.
 */
export async function giveUpLost({ apiUrl }: Stack, key: string, lost: number): Promise<string[]> {
  const call = async (path: string, body?: unknown) => {
    const answer = await fetch(`${apiUrl}/v1/messages${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { readonly items?: readonly { readonly id: string }[] };
  };
  let unknown: readonly { readonly id: string }[] = [];
  const isLost = async () => {
    unknown = (await call('?status=unknown')).items ?? [];
    return unknown.length >= lost;
  };
  await until(isLost, LOST_MS, `${lost} lost mails`);
  const failed = unknown.slice(1).map(({ id }) => id);
  for (const id of failed) await call(`/${id}/resolve`, { as: 'failed' });
  return failed;
}
