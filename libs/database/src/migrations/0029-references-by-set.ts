import { sql, type Kysely } from 'kysely';
import { acrossTenants } from './protection/bound-table.ts';

interface Reference {
  readonly table: string;
  /** Beside `tenant_id`; a row in which one of them is null refers to nothing. */
  readonly columns: readonly string[];
  readonly parent: string;
  readonly keys: readonly string[];
  /** Many rows of a statement refer to few of the parent's, which are looked up once then. */
  readonly few?: boolean;
  /** The parent's rows are locked, so that whoever refers to one waits for those who hold it. */
  readonly held?: boolean;
}

const to = (
  table: string,
  column: string,
  parent: string,
  how: Pick<Reference, 'few' | 'held'> = {},
): Reference => ({ table, columns: [column], parent, keys: ['id'], ...how });
const FEW = { few: true };

const REFERENCES: readonly Reference[] = [
  to('contact_campaigns', 'campaign_id', 'campaigns', FEW),
  to('contact_campaigns', 'contact_id', 'contacts', { held: true }),
  to('contact_campaigns', 'plan_version_id', 'campaign_plan_versions', FEW),
  to('campaign_transitions', 'enrollment_id', 'contact_campaigns'),
  to('outbound_messages', 'enrollment_id', 'contact_campaigns'),
  to('outbound_messages', 'sender_identity_id', 'email_sender_identities', FEW),
  to('outbound_messages', 'in_reply_to', 'outbound_messages'),
  to('scheduled_actions', 'enrollment_id', 'contact_campaigns'),
  to('scheduled_actions', 'message_id', 'outbound_messages'),
  {
    table: 'scheduled_actions',
    columns: ['campaign_id', 'sender_identity_id'],
    parent: 'dispatch_lanes',
    keys: ['campaign_id', 'sender_identity_id'],
    ...FEW,
  },
  to('message_events', 'message_id', 'outbound_messages'),
];

const CHILDREN = [...new Set(REFERENCES.map(({ table }) => table))];
const PARENTS = [...new Set(REFERENCES.map(({ parent }) => parent))];

/** What no code of the API deletes, and nobody may delete from here on. */
const NO_LONGER_DELETED = 'contacts, campaigns, campaign_plan_versions, email_sender_identities';

const constraint = ({ table, columns }: Reference) =>
  `${table}_tenant_id_${columns.join('_')}_fkey`;

/**
 * The references of what is written for each message and event are looked up by set.
 *
 * A foreign key looks up each reference by itself and locks the row that it finds: that was two fifths
 * of an enrolment. A trigger for the statement looks up those of all its rows at once. What it leaves out
 * is the lock, so nothing may take away the row between: rows of the tables that are referred to are
 * never deleted, and their keys never changed. Both are refused, to their owner too.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`GRANT SELECT (tenant_id, id) ON campaign_plan_versions TO cadenza_claimer`.execute(db);
  await sql`
    CREATE POLICY claimer_all ON campaign_plan_versions FOR SELECT TO cadenza_claimer
    USING (true)`.execute(db);
  // Whoever locks a row needs to be let change it, which nobody is.
  await sql`GRANT UPDATE (id) ON contacts TO cadenza_claimer`.execute(db);
  await sql`
    CREATE POLICY claimer_locks ON contacts FOR UPDATE TO cadenza_claimer
    USING (true) WITH CHECK (false)`.execute(db);
  for (const reference of REFERENCES) {
    await sql`
      ALTER TABLE ${sql.table(reference.table)}
      DROP CONSTRAINT ${sql.id(constraint(reference))}`.execute(db);
  }
  for (const table of CHILDREN) await referBySet(db, table);
  await sql`
    CREATE FUNCTION stay_referred_to() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME,
          MESSAGE = format('%s on table "%s": its rows stay, with their keys, since others refer to them',
            lower(TG_OP), TG_TABLE_NAME);
      END $$`.execute(db);
  for (const parent of PARENTS) await keepRows(db, parent);
  await sql`REVOKE DELETE ON ${sql.raw(NO_LONGER_DELETED)} FROM cadenza_api`.execute(db);
}

async function referBySet(db: Kysely<unknown>, table: string): Promise<void> {
  const references = REFERENCES.filter((one) => one.table === table);
  const columns = [...new Set(references.flatMap((one) => one.columns))];
  const changes = columns.map((name) => `OLD.${name} IS DISTINCT FROM NEW.${name}`).join(' OR ');
  const [added, changed] = [`refer_added_${table}`, `refer_changed_${table}`];
  for (const [name, source] of [
    [added, 'news'],
    [changed, '(SELECT NEW.*)'],
  ] as const) {
    // A session keeps the plans of its functions: one made while tables were small may not read them whole.
    await sql
      .raw(
        `CREATE FUNCTION ${name}() RETURNS trigger
         LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
         SET enable_seqscan = off AS $$
         DECLARE
           missing text;
         BEGIN
           ${references.map((one) => lookUp(one, source)).join('')}
           RETURN NULL;
         END $$`,
      )
      .execute(db);
  }
  await sql
    .raw(
      `CREATE TRIGGER ${added} AFTER INSERT ON ${table} REFERENCING NEW TABLE AS news
       FOR EACH STATEMENT EXECUTE FUNCTION ${added}()`,
    )
    .execute(db);
  await sql
    .raw(
      `CREATE TRIGGER ${changed} AFTER UPDATE OF tenant_id, ${columns.join(', ')} ON ${table}
       FOR EACH ROW WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id OR ${changes})
       EXECUTE FUNCTION ${changed}()`,
    )
    .execute(db);
  // Last: an owner who inherits nothing may not make triggers of what is another role's.
  await acrossTenants(db, [
    [`${added}()`, 'cadenza_claimer'],
    [`${changed}()`, 'cadenza_claimer'],
  ]);
}

/** OFFSET keeps it a look-up by key for each row, and so does a lock. */
function lookUp({ table, columns, parent, keys, few, held }: Reference, source: string): string {
  const named = ['tenant_id', ...columns].map((name) => `n.${name}`).join(', ');
  const given = columns.map((name) => `n.${name} IS NOT NULL`).join(' AND ');
  const same = keys.map((key, at) => `p.${key} = n.${columns[at]}`).join(' AND ');
  return `
    SELECT concat_ws(', ', ${named}) INTO missing
    FROM (SELECT ${few ? 'DISTINCT' : ''} ${named} FROM ${source} n WHERE ${given}) n
    WHERE NOT EXISTS (
      SELECT FROM ${parent} p WHERE p.tenant_id = n.tenant_id AND ${same} ${held ? 'FOR KEY SHARE' : 'OFFSET 0'})
    LIMIT 1;
    IF missing IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', TABLE = '${table}',
        MESSAGE = '${table} refers to no row of ${parent}',
        DETAIL = format('Key (tenant_id, ${columns.join(', ')})=(%s)', missing);
    END IF;`;
}

async function keepRows(db: Kysely<unknown>, parent: string): Promise<void> {
  const keys = REFERENCES.find((one) => one.parent === parent)?.keys ?? [];
  const changes = keys.map((key) => `OLD.${key} IS DISTINCT FROM NEW.${key}`).join(' OR ');
  await sql
    .raw(
      `CREATE TRIGGER stay_there AFTER DELETE ON ${parent} FOR EACH ROW
       EXECUTE FUNCTION stay_referred_to()`,
    )
    .execute(db);
  await sql
    .raw(
      `CREATE TRIGGER stay_whole BEFORE TRUNCATE ON ${parent} FOR EACH STATEMENT
       EXECUTE FUNCTION stay_referred_to()`,
    )
    .execute(db);
  await sql
    .raw(
      `CREATE TRIGGER keep_keys AFTER UPDATE OF tenant_id, ${keys.join(', ')} ON ${parent}
       FOR EACH ROW WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id OR ${changes})
       EXECUTE FUNCTION stay_referred_to()`,
    )
    .execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`GRANT DELETE ON ${sql.raw(NO_LONGER_DELETED)} TO cadenza_api`.execute(db);
  for (const parent of PARENTS) {
    for (const name of ['stay_there', 'stay_whole', 'keep_keys']) {
      await sql`DROP TRIGGER ${sql.id(name)} ON ${sql.table(parent)}`.execute(db);
    }
  }
  await sql`DROP FUNCTION stay_referred_to()`.execute(db);
  for (const table of CHILDREN) {
    for (const name of [`refer_changed_${table}`, `refer_added_${table}`]) {
      await sql`DROP TRIGGER ${sql.id(name)} ON ${sql.table(table)}`.execute(db);
      await sql`DROP FUNCTION ${sql.id(name)}()`.execute(db);
    }
  }
  for (const reference of REFERENCES) {
    const { table, columns, parent, keys } = reference;
    await sql`
      ALTER TABLE ${sql.table(table)} ADD CONSTRAINT ${sql.id(constraint(reference))}
      FOREIGN KEY (tenant_id, ${sql.join(columns.map((name) => sql.id(name)))})
      REFERENCES ${sql.table(parent)} (tenant_id, ${sql.join(keys.map((key) => sql.id(key)))})`.execute(
      db,
    );
  }
  await sql`DROP POLICY claimer_locks ON contacts`.execute(db);
  await sql`REVOKE UPDATE (id) ON contacts FROM cadenza_claimer`.execute(db);
  await sql`DROP POLICY claimer_all ON campaign_plan_versions`.execute(db);
  await sql`
    REVOKE SELECT (tenant_id, id) ON campaign_plan_versions FROM cadenza_claimer`.execute(db);
}
