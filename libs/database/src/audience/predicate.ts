import type { AudienceFilter, AudienceSpan, AudienceText, TextTest } from '@cadenza/domain';
import { sql, type RawBuilder } from 'kysely';
import { SELDOM_AGAIN } from '../preparing-client.ts';

/** A condition on a contact. */
type Predicate = RawBuilder<boolean>;

/**
 * A filter as a condition on rows of `contacts`: true or false, never null. Nothing of the filter
 * stands in the text of the statement; its values are parameters.
 *
 * What it asks of other tables are sub-selects of one value, which are looked up by key for each
 * contact: the planner would otherwise read the whole of such a table for each page of contacts.
 *
 * @param contact the alias of `contacts`, part of the code.
 * @param asOf campaign time from which `withinDays` looks back.
 */
export function audiencePredicate(
  filter: AudienceFilter,
  { contact, asOf }: { readonly contact: string; readonly asOf: RawBuilder<Date> },
): Predicate {
  const k = sql.raw(contact);
  const of = (one: AudienceFilter): Predicate => {
    switch (one.where) {
      case 'all':
        return joined(one.of.map(of), sql` AND `);
      case 'any':
        return joined(one.of.map(of), sql` OR `);
      case 'not':
        return sql`(NOT ${of(one.of)})`;
      case 'custom':
        return customTest(sql`${k}.custom -> ${one.key}::text`, one);
      case 'email':
        return emailTest(k, one);
      case 'phone':
        return known(channelOf(k, 'sms', sql`h.address`), one.known);
      case 'lead':
        return all([
          one.is && sql`${k}.lead_id = ANY (${one.is}::uuid[])`,
          one.known === undefined ? undefined : known(sql`${k}.lead_id`, one.known),
        ]);
      case 'created':
      case 'updated': {
        const column = sql`${k}.${sql.raw(`${one.where}_at`)}`;
        return all([
          one.from === undefined ? undefined : sql`${column} >= ${one.from}::timestamptz`,
          one.before === undefined ? undefined : sql`${column} < ${one.before}::timestamptz`,
        ]);
      }
      case 'consent':
        return exists(sql`contact_consents g
          WHERE g.tenant_id = ${k}.tenant_id AND g.contact_id = ${k}.id
            AND g.channel = ${one.channel} AND g.withdrawn_at IS NULL`);
      case 'enrolled':
        return exists(sql`contact_campaigns e
          WHERE ${enrollmentsOf(k, one)}
            ${one.status === undefined ? sql`` : sql`AND e.status = ANY (${one.status}::text[])`}`);
      case 'messaged':
        return exists(sql`contact_campaigns e
          JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
          WHERE ${enrollmentsOf(k, one)} AND ${since(LATEST_HAND_OFF, one, asOf)}`);
      case 'reacted':
        return joined(
          [
            one.by.includes('replied') ? replied(k, one, asOf) : undefined,
            one.by.some((event) => event !== 'replied') ? didSo(k, one, asOf) : undefined,
          ].filter((test) => test !== undefined),
          sql` OR `,
        );
      default:
        return textTest(TEXTS[one.where](k), one);
    }
  };
  return sql`${sql.raw(SELDOM_AGAIN)} ${of(filter)}`;
}

const TEXTS: Readonly<Record<AudienceText, (k: RawBuilder<unknown>) => RawBuilder<unknown>>> = {
  firstName: (k) => sql`${k}.first_name`,
  lastName: (k) => sql`${k}.last_name`,
  title: (k) => sql`${k}.title`,
  timezone: (k) => sql`${k}.timezone`,
  source: (k) => sql`${k}.source`,
  company: (k) => ofLead(k, sql`l.name`),
  industry: (k) => ofLead(k, sql`l.industry`),
};

function ofLead(k: RawBuilder<unknown>, column: RawBuilder<unknown>) {
  return sql`(SELECT ${column} FROM leads l
    WHERE l.tenant_id = ${k}.tenant_id AND l.id = ${k}.lead_id LIMIT 1)`;
}

/** A hand-off that was taken back is none; one that is repeated stays one, as an attempt. */
const LATEST_HAND_OFF = sql`coalesce(m.begun_at, (
  SELECT max(f.begun_at) FROM message_attempts f
  WHERE f.tenant_id = m.tenant_id AND f.message_id = m.id AND f.status <> 'released'))`;

function joined(tests: readonly Predicate[], word: RawBuilder<unknown>): Predicate {
  return sql`(${sql.join(tests, word)})`;
}

function all(tests: readonly (Predicate | undefined)[]): Predicate {
  return joined(tests.filter((test) => test !== undefined).map(isTrue), sql` AND `);
}

function isTrue(test: Predicate): Predicate {
  return sql`(${test}) IS TRUE`;
}

function exists(rows: RawBuilder<unknown>): Predicate {
  return sql`((SELECT true FROM ${rows} LIMIT 1) IS TRUE)`;
}

function known(value: RawBuilder<unknown>, wanted: boolean): Predicate {
  return wanted ? sql`(${value} IS NOT NULL)` : sql`(${value} IS NULL)`;
}

function lowered(values: readonly string[]) {
  return sql`ARRAY(SELECT lower(v) FROM unnest(${values}::text[]) v)`;
}

function textTest(value: RawBuilder<unknown>, test: TextTest): Predicate {
  return all([
    test.is && sql`lower(${value}) = ANY (${lowered(test.is)})`,
    test.contains === undefined
      ? undefined
      : sql`strpos(lower(${value}), lower(${test.contains}::text)) > 0`,
    test.known === undefined ? undefined : known(value, test.known),
  ]);
}

type CustomTest = Extract<AudienceFilter, { readonly where: 'custom' }>;

/** @param value jsonb; one that is not there is SQL's null, and an empty one JSON's. */
function customTest(value: RawBuilder<unknown>, test: CustomTest): Predicate {
  const text = sql`(${value}) #>> '{}'`;
  const number = sql`CASE WHEN jsonb_typeof(${value}) = 'number' THEN (${text})::numeric END`;
  const wanted = test.is?.map((one) => JSON.stringify(one)) ?? [];
  return all([
    test.is &&
      sql`lower((${value})::text)::jsonb @> ANY (
        ARRAY(SELECT lower(v)::jsonb FROM unnest(${wanted}::text[]) v))`,
    test.contains === undefined
      ? undefined
      : sql`jsonb_typeof(${value}) = 'string'
          AND strpos(lower(${text}), lower(${test.contains}::text)) > 0`,
    test.known === undefined ? undefined : known(sql`nullif(${value}, 'null')`, test.known),
    test.atLeast === undefined ? undefined : sql`${number} >= ${test.atLeast}::numeric`,
    test.atMost === undefined ? undefined : sql`${number} <= ${test.atMost}::numeric`,
  ]);
}

function channelOf(k: RawBuilder<unknown>, channel: 'email' | 'sms', column: RawBuilder<unknown>) {
  return sql`(SELECT ${column} FROM contact_channels h
    WHERE h.tenant_id = ${k}.tenant_id AND h.contact_id = ${k}.id AND h.channel = ${channel}
    LIMIT 1)`;
}

function emailTest(
  k: RawBuilder<unknown>,
  test: Extract<AudienceFilter, { readonly where: 'email' }>,
): Predicate {
  const of = (column: RawBuilder<unknown>) => channelOf(k, 'email', column);
  return all([
    test.is && sql`${of(sql`h.address`)} = ANY (${test.is}::text[])`,
    test.domain && sql`${of(sql`h.domain`)} = ANY (${lowered(test.domain)})`,
    test.validity && sql`${of(sql`h.validity`)} = ANY (${test.validity}::text[])`,
    test.known === undefined ? undefined : known(of(sql`h.address`), test.known),
  ]);
}

function enrollmentsOf(k: RawBuilder<unknown>, { campaignId }: AudienceSpan) {
  const inCampaign =
    campaignId === undefined ? sql`` : sql`AND e.campaign_id = ${campaignId}::uuid`;
  return sql`e.tenant_id = ${k}.tenant_id AND e.contact_id = ${k}.id ${inCampaign}`;
}

function since(
  at: RawBuilder<unknown>,
  { withinDays }: AudienceSpan,
  asOf: RawBuilder<Date>,
): Predicate {
  return withinDays === undefined
    ? sql`${at} IS NOT NULL`
    : sql`${at} >= ${asOf} - ${withinDays}::integer * interval '24 hours'`;
}

type Reacted = Extract<AudienceFilter, { readonly where: 'reacted' }>;

function didSo(k: RawBuilder<unknown>, test: Reacted, asOf: RawBuilder<Date>): Predicate {
  const events = test.by.filter((event) => event !== 'replied');
  return exists(sql`contact_campaigns e
    JOIN outbound_messages m ON m.tenant_id = e.tenant_id AND m.enrollment_id = e.id
    JOIN message_events v ON v.tenant_id = m.tenant_id AND v.message_id = m.id
    WHERE ${enrollmentsOf(k, test)} AND v.type = ANY (${events}::text[])
      AND (v.type NOT IN ('opened', 'clicked') OR v.actor <> 'machine')
      AND ${since(sql`v.occurred_at`, test, asOf)}`);
}

/** A mail stopped a campaign as an answer; automatic ones have other effects. */
function replied(k: RawBuilder<unknown>, test: Reacted, asOf: RawBuilder<Date>): Predicate {
  const inCampaign =
    test.campaignId === undefined
      ? sql``
      : sql`AND (SELECT e.campaign_id FROM contact_campaigns e
          WHERE e.tenant_id = i.tenant_id AND e.id = i.enrollment_id) = ${test.campaignId}::uuid`;
  return exists(sql`inbound_messages i
    WHERE i.tenant_id = ${k}.tenant_id AND i.contact_id = ${k}.id AND i.effect = 'replied'
      ${inCampaign} AND ${since(sql`i.received_at`, test, asOf)}`);
}
