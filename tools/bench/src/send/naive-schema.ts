import type pg from 'pg';
import { PLAN, POSTAL_ADDRESS, person, SENDER, senderEmail } from './template.ts';

/** Tables as one would write them down first, each with the indexes that its queries want. */
const TABLES = `
  CREATE TABLE senders (id serial PRIMARY KEY, email text NOT NULL, name text NOT NULL,
    signature text NOT NULL, verified boolean NOT NULL DEFAULT true);
  CREATE TABLE campaigns (id serial PRIMARY KEY, status text NOT NULL, subject text NOT NULL,
    body text NOT NULL, postal_address text NOT NULL, sender_id integer NOT NULL REFERENCES senders);
  CREATE TABLE contacts (id serial PRIMARY KEY, email text NOT NULL UNIQUE, first_name text,
    last_name text, title text, company text);
  CREATE TABLE suppressions (email text PRIMARY KEY);
  CREATE TABLE actions (id serial PRIMARY KEY, campaign_id integer NOT NULL REFERENCES campaigns,
    contact_id integer NOT NULL REFERENCES contacts, node text NOT NULL, status text NOT NULL,
    run_at timestamptz NOT NULL);
  CREATE INDEX ON actions (status, run_at);
  CREATE TABLE messages (id serial PRIMARY KEY, action_id integer NOT NULL REFERENCES actions,
    status text NOT NULL, provider_id text, sent_at timestamptz);
  CREATE UNIQUE INDEX ON messages (action_id);`;

/** The plan's templates, in a form that a regular expression can fill in. */
const asFields = (template: string) =>
  template
    .replace(/\{\{#if .*?\}\}.*?\{\{\/if\}\}/gs, '')
    .replace(/\{\{default (\S+) ".*?"\}\}/g, '{{$1}}');

export async function createNaiveTables(client: pg.ClientBase): Promise<void> {
  const [intro] = PLAN.nodes;
  await client.query(TABLES);
  await client.query('INSERT INTO senders (email, name, signature) VALUES ($1, $2, $3)', [
    senderEmail(0),
    SENDER.name,
    SENDER.signature,
  ]);
  await client.query(
    `INSERT INTO campaigns (status, subject, body, postal_address, sender_id)
     VALUES ('running', $1, $2, $3, 1)`,
    [asFields(intro?.subject ?? ''), asFields(intro?.body ?? ''), POSTAL_ADDRESS],
  );
}

/** Adds people whose first mail is due. @returns the ids of their actions. */
export async function addNaiveActions(
  client: pg.ClientBase,
  from: number,
  count: number,
): Promise<number[]> {
  const people = Array.from({ length: count }, (_, n) => person(from + n));
  const { rows } = await client.query<{ id: number }>(
    `WITH people AS (
       INSERT INTO contacts (email, first_name, last_name, title, company)
       SELECT r.email, r."firstName", r."lastName", r.title, r.company
       FROM jsonb_to_recordset($1::jsonb)
         AS r(email text, "firstName" text, "lastName" text, title text, company text)
       RETURNING id)
     INSERT INTO actions (campaign_id, contact_id, node, status, run_at)
     SELECT 1, people.id, 'intro', 'pending', now() FROM people RETURNING id`,
    [JSON.stringify(people)],
  );
  await client.query('VACUUM (ANALYZE)');
  return rows.map(({ id }) => id);
}
