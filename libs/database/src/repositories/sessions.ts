import { newId, type Id, type UserRole } from '@cadenza/domain';
import { createHash, randomBytes } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../connection.ts';
import type { Schema } from '../schema.ts';

/**
 * Real milliseconds: a session ends when it has not been used for so long, and in any case so long after
 * its user has signed in.
 */
export const SESSION_LIMITS = { idleMs: 12 * 3_600_000, absoluteMs: 7 * 86_400_000 } as const;

/** What has shown who somebody is. A session ends when the password by which it was begun is another one. */
export type SessionProof =
  | { readonly by: 'oidc' }
  | {
      readonly by: 'password';
      /** Of what was stored when the password was compared with it. */
      readonly passwordDigest: Buffer;
    };

/** How people sign in. */
export type SignedInBy = SessionProof['by'];

/** What a session keeps of the password by which it was begun. @param passwordHash as it is stored */
export function digestOfPassword(passwordHash: string): Buffer {
  return createHash('sha256').update(passwordHash).digest();
}

export interface NewSessionToken {
  /** 256 random bits. Given to the browser, and kept nowhere. */
  readonly token: string;
  /** SHA-256 of the token, which is what is stored. */
  readonly hash: Buffer;
}

export function createSessionToken(): NewSessionToken {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOfSessionToken(token) };
}

export function hashOfSessionToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** A user of a tenant. */
export interface UserReference {
  readonly tenantId: Id;
  readonly userId: Id;
}

/**
 * Begins a session of a user, and takes away those of the tenant that have ended.
 *
 * @param session.expiresAt when it ends at the latest; by default as `SESSION_LIMITS` has it.
 * @returns its id, or null where there is no such user any more.
 */
export async function beginSession(
  trx: Transaction<Schema>,
  { tenantId, userId }: UserReference,
  session: {
    readonly hash: Buffer;
    readonly proof: SessionProof;
    readonly expiresAt?: Date | undefined;
  },
): Promise<Id | null> {
  const { idleMs, absoluteMs } = SESSION_LIMITS;
  await sql`
    DELETE FROM sessions WHERE tenant_id = ${tenantId}
      AND (expires_at <= now() OR last_used_at <= now() - ${idleMs} * interval '1 millisecond')`.execute(
    trx,
  );
  const id = newId();
  const { proof } = session;
  const digest = proof.by === 'oidc' ? null : proof.passwordDigest;
  const { rows } = await sql<{ id: Id }>`
    WITH signed_in AS (
      UPDATE users SET signed_in_at = now()
      WHERE tenant_id = ${tenantId} AND id = ${userId} RETURNING tenant_id, id)
    INSERT INTO sessions (tenant_id, id, user_id, token_hash, signed_in_by, password_digest,
      expires_at)
    SELECT u.tenant_id, ${id}, u.id, ${session.hash}, ${proof.by}, ${digest},
      coalesce(${session.expiresAt ?? null}::timestamptz,
        now() + ${absoluteMs} * interval '1 millisecond')
    FROM signed_in u RETURNING id`.execute(trx);
  return rows[0]?.id ?? null;
}

/** A session that is valid, and whose it is. */
export interface SessionRecord extends UserReference {
  readonly sessionId: Id;
  readonly role: UserRole;
  readonly proof: SessionProof;
  readonly expiresAt: Date;
}

/**
 * The session of a token by its hash; null where it is unknown or has ended. The user's role is what it
 * is now. As for API keys, a function of the claiming role answers it.
 */
export async function authenticateSession(
  db: Database,
  hash: Buffer,
): Promise<(SessionRecord & { readonly tenantRequestsPerMinute: number | null }) | null> {
  const { rows } = await sql<{
    tenant_id: Id;
    session_id: Id;
    user_id: Id;
    user_role: UserRole;
    password_digest: Buffer | null;
    tenant_requests_per_minute: number | null;
    expires_at: Date;
  }>`SELECT * FROM authenticate_session(${hash}, ${SESSION_LIMITS.idleMs})`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    tenantId: row.tenant_id,
    sessionId: row.session_id,
    userId: row.user_id,
    role: row.user_role,
    proof:
      row.password_digest === null
        ? { by: 'oidc' }
        : { by: 'password', passwordDigest: row.password_digest },
    tenantRequestsPerMinute: row.tenant_requests_per_minute,
    expiresAt: row.expires_at,
  };
}

/**
 * Whether a session is still valid, by the database's clock.
 *
 * @param forChange whether it shall stay so until the transaction ends: whoever ends it waits.
 */
export async function sessionHolds(
  trx: Transaction<Schema>,
  tenantId: Id,
  sessionId: Id,
  forChange = false,
): Promise<boolean> {
  const row = await trx
    .selectFrom('sessions')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', sessionId)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .where(
      'last_used_at',
      '>',
      sql<Date>`clock_timestamp() - ${SESSION_LIMITS.idleMs} * interval '1 millisecond'`,
    )
    .$if(forChange, (query) => query.forKeyShare())
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends a session. @returns whether there was one. */
export async function endSession(
  trx: Transaction<Schema>,
  tenantId: Id,
  sessionId: Id,
): Promise<boolean> {
  const deleted = await trx
    .deleteFrom('sessions')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', sessionId)
    .executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}

/** Ends every session of a user. */
export async function endSessionsOf(
  trx: Transaction<Schema>,
  tenantId: Id,
  userId: Id,
): Promise<void> {
  await trx
    .deleteFrom('sessions')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .execute();
}

/** The users that the person of a session is, of this tenant and of others, oldest first. */
export function usersOfSession(db: Database, hash: Buffer): Promise<UserReference[]> {
  return references(sql`users_of_session(${hash}, ${SESSION_LIMITS.idleMs})`, db);
}

/** The users of an address: the one that has signed in last first, then by age. @param email normalised */
export function usersOfAddress(db: Database, email: string): Promise<UserReference[]> {
  return references(sql`users_of_address(${email})`, db);
}

/** Whom an issuer of OpenID Connect has vouched for. */
export interface Identity {
  readonly issuer: string;
  /** Unique at the issuer, and never given to anybody else (OpenID Connect Core §2). */
  readonly subject: string;
}

/**
 * The users that somebody is: those that are bound to the identity, and those of the address that are
 * bound to none yet: the one that has signed in last first, then by age.
 *
 * @param email normalised, and verified by the issuer.
 */
export function usersOfIdentity(
  db: Database,
  { issuer, subject }: Identity,
  email: string,
): Promise<UserReference[]> {
  return references(sql`users_of_identity(${issuer}, ${subject}, ${email})`, db);
}

async function references(source: ReturnType<typeof sql>, db: Database): Promise<UserReference[]> {
  const { rows } = await sql<{ tenant_id: Id; user_id: Id }>`SELECT * FROM ${source}`.execute(db);
  return rows.map((row) => ({ tenantId: row.tenant_id, userId: row.user_id }));
}

/**
 * Binds a user to an identity, once and for all.
 *
 * @returns whether that has been done, now or before, or another has the user, or the identity another
 *   user of the tenant.
 */
export async function bindIdentity(
  trx: Transaction<Schema>,
  { tenantId, userId }: UserReference,
  { issuer, subject }: Identity,
): Promise<'bound' | 'was_bound' | 'another'> {
  const { rows } = await sql<{ outcome: 'bound' | 'was_bound' | 'another' }>`
    WITH bound AS (
      UPDATE users SET oidc_issuer = ${issuer}, oidc_subject = ${subject}
      WHERE tenant_id = ${tenantId} AND id = ${userId} AND oidc_subject IS NULL
        -- A tenant may have made two users of one person, by two addresses: the first one counts.
        AND NOT EXISTS (SELECT FROM users o WHERE o.tenant_id = ${tenantId}
          AND o.oidc_issuer = ${issuer} AND o.oidc_subject = ${subject})
      RETURNING id)
    SELECT CASE
      WHEN EXISTS (SELECT FROM bound) THEN 'bound'
      WHEN EXISTS (SELECT FROM users WHERE tenant_id = ${tenantId} AND id = ${userId}
        AND oidc_issuer = ${issuer} AND oidc_subject = ${subject}) THEN 'was_bound'
      ELSE 'another' END AS outcome`.execute(trx);
  return rows[0]?.outcome ?? 'another';
}
