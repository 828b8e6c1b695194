import {
  addTemplateVersion,
  findTemplate,
  findTemplateVersion,
  findTenantStatus,
  insertTemplate,
  listTemplates,
  renameTemplate,
  type NewTemplateVersion,
  type Schema,
} from '@cadenza/database';
import { CHANNELS, type Id, type Problem } from '@cadenza/domain';
import { checkContent, previewContent } from '@cadenza/engine';
import { PLAN_LIMITS, type TemplateContent } from '@cadenza/plan';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { id, instant, line, warnings } from '../http/fields.ts';
import { pageBody, pageQuery, pageRequest, pageSchema } from '../http/paging.ts';
import { found, HttpProblem, notFound, taken } from '../http/problem.ts';
import { route, type Route } from '../http/route.ts';
import { storableProblem } from '../http/storable.ts';

const content = z
  .strictObject({
    subject: z.string().optional().meta({
      description:
        'Of a mail. Without it each plan’s node gives its own, or takes that of its thread.',
    }),
    body: z.string().meta({ description: 'HTML of a mail; the words of a text message.' }),
    text: z.string().optional().meta({
      description: 'The plain-text part of a mail; made from the HTML where it is absent.',
    }),
  })
  .meta({ id: 'TemplateContent', description: 'Templates, as in a send node of a plan.' });

const summary = z
  .strictObject({
    id,
    name: z.string(),
    channel: z.enum(CHANNELS),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'TemplateSummary' });
const versionSummary = z
  .strictObject({
    version: z.int(),
    variables: z.array(z.string()).meta({
      description: 'Paths of the variables that it prints or asks for.',
    }),
    createdAt: instant,
  })
  .meta({ id: 'TemplateVersionSummary' });
const detail = summary.extend({ versions: z.array(versionSummary) }).meta({ id: 'Template' });
const versionDetail = versionSummary.extend({ content }).meta({ id: 'TemplateVersion' });

const root = z.record(z.string(), z.unknown()).optional();
const sample = z
  .strictObject({ contact: root, lead: root, sender: root, campaign: root })
  .meta({ description: 'Values of the variables: `{"contact": {"firstName": "Ann"}}`.' });
const previewed = z
  .strictObject({
    subject: z.string().nullable(),
    html: z.string().nullable(),
    text: z.string(),
    segments: z.int().nullable().meta({ description: 'Of a text message.' }),
  })
  .meta({ id: 'TemplatePreview' });

const name = line(200);
const params = z.strictObject({ id });
const versionParams = z.strictObject({
  id,
  version: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'the number of a version, from 1')
    .meta({ type: 'integer', minimum: 1, maximum: 999_999_999 })
    .transform(Number),
});
const tag = 'Templates';
/** A subject, two bodies, and what JSON makes of them. */
const bodyLimit = 2 * PLAN_LIMITS.planBytes;
const NAME_TAKEN = 'Another template has this name.';

type Given = z.output<typeof content>;

/** Content as a plan would take it. @throws HttpProblem with all that is wrong */
function accepted(
  channel: TemplateContent['channel'],
  given: Given,
): NewTemplateVersion & { readonly warnings: readonly Problem[] } {
  const whole: TemplateContent = { channel, ...given };
  const checked = checkContent(whole);
  const unstorable = storableProblem(given);
  const problems = !checked.ok
    ? checked.problems
    : unstorable === null
      ? []
      : [{ path: '', code: 'invalid_value', message: `a text: expected ${unstorable}` }];
  if (!checked.ok || problems.length > 0) throw refused('The template is not valid.', problems);
  return { content: whole, variables: checked.variables, warnings: ofContent(checked.warnings) };
}

function ofContent(problems: readonly Problem[]): Problem[] {
  return problems.map((one) => ({
    ...one,
    path: one.path === '' ? 'content' : `content.${one.path}`,
  }));
}

function refused(message: string, problems: readonly Problem[]): HttpProblem {
  return new HttpProblem('unprocessable', message, ofContent(problems));
}

async function read(trx: Transaction<Schema>, tenantId: Id, templateId: Id) {
  const template = found(await findTemplate(trx, tenantId, templateId), 'template', templateId);
  return { ...template, versions: template.versions.map(shown) };
}

function shown<T extends { readonly variables: readonly string[] }>(version: T) {
  return { ...version, variables: [...version.variables] };
}

export function templateRoutes({ settings }: Pick<ApiDeps, 'settings'>): readonly Route[] {
  /** @throws HttpProblem where something is missing */
  async function preview(
    trx: Transaction<Schema>,
    tenantId: Id,
    whole: TemplateContent,
    data: z.output<typeof sample>,
  ) {
    const tenant = await findTenantStatus(trx, tenantId);
    const result = previewContent(whole, data, {
      unsubscribeUrl: `${settings.publicUrl}/unsubscribe/preview`,
      postalAddress: found(tenant, 'tenant', tenantId).postalAddress,
    });
    if (!result.ok) throw refused('The template cannot be rendered with this.', result.problems);
    const { subject, html, text, segments } = result;
    return { subject, html, text, segments };
  }

  return [
    route({
      method: 'POST',
      path: '/templates',
      operation: 'createTemplate',
      answersIn: 'transaction',
      tag,
      summary: 'Create a template with its first version',
      body: z.strictObject({ name, channel: z.enum(CHANNELS), content }),
      bodyLimit,
      status: 201,
      response: detail.extend({ warnings }).meta({ id: 'CreatedTemplate' }),
      handle({ tenantId, body, tx }) {
        const { warnings: warned, ...first } = accepted(body.channel, body.content);
        return tx(async (trx) => {
          const created = await insertTemplate(trx, tenantId, { name: body.name, first });
          if (created === null) throw taken('name', NAME_TAKEN);
          return { ...(await read(trx, tenantId, created)), warnings: [...warned] };
        });
      },
    }),
    route({
      method: 'POST',
      path: '/templates/preview',
      operation: 'previewContent',
      tag,
      summary: 'Render what may become a template, and keep nothing of it',
      scope: 'read',
      body: z.strictObject({ channel: z.enum(CHANNELS), content, data: sample.optional() }),
      bodyLimit,
      response: previewed,
      handle({ tenantId, body, tx }) {
        const checked = accepted(body.channel, body.content);
        return tx((trx) => preview(trx, tenantId, checked.content, body.data ?? {}));
      },
    }),
    route({
      method: 'GET',
      path: '/templates',
      operation: 'listTemplates',
      tag,
      summary: 'List templates, newest first',
      query: z.strictObject({
        ...pageQuery,
        name: name.optional().meta({ description: 'The one with this name.' }),
      }),
      response: pageSchema(summary),
      handle: async ({ tenantId, query, tx }) =>
        pageBody(await tx((trx) => listTemplates(trx, tenantId, pageRequest(query), query))),
    }),
    route({
      method: 'GET',
      path: '/templates/:id',
      operation: 'getTemplate',
      tagged: { row: 'message_templates' },
      tag,
      summary: 'Read a template with its versions, newest first',
      params,
      response: detail,
      handle: ({ tenantId, params: { id: templateId }, tx }) =>
        tx((trx) => read(trx, tenantId, templateId)),
    }),
    route({
      method: 'PATCH',
      path: '/templates/:id',
      operation: 'renameTemplate',
      tag,
      summary: 'Give a template another name',
      params,
      body: z.strictObject({ name }),
      response: detail,
      handle: ({ tenantId, params: { id: templateId }, body, tx }) =>
        tx(async (trx) => {
          const outcome = await renameTemplate(trx, tenantId, templateId, body.name);
          if (outcome === 'not_found') throw notFound('template', templateId);
          if (outcome === 'taken') throw taken('name', NAME_TAKEN);
          return read(trx, tenantId, templateId);
        }),
    }),
    route({
      method: 'POST',
      path: '/templates/:id/versions',
      operation: 'createTemplateVersion',
      changesBeside: true,
      answersIn: 'transaction',
      tag,
      summary: 'Add a version to a template; plans that use an older one keep it',
      params,
      body: z.strictObject({ content }),
      bodyLimit,
      status: 201,
      otherStatus: { status: 200, when: 'A version of this template has the same content.' },
      response: z.strictObject({ version: versionSummary, warnings }),
      handle: ({ tenantId, params: { id: templateId }, body, reply, tx }) =>
        tx(async (trx) => {
          const { channel } = await read(trx, tenantId, templateId);
          const { warnings: warned, ...version } = accepted(channel, body.content);
          const added = await addTemplateVersion(trx, tenantId, templateId, version);
          if (added === null) throw notFound('template', templateId);
          reply.code(added.created ? 201 : 200);
          return { version: shown(added.version), warnings: [...warned] };
        }),
    }),
    route({
      method: 'GET',
      path: '/templates/:id/versions/:version',
      operation: 'getTemplateVersion',
      tag,
      summary: 'Read a version of a template',
      params: versionParams,
      response: versionDetail,
      handle: ({ tenantId, params: reference, tx }) =>
        tx(async (trx) => {
          const name = `${reference.id}/${reference.version}`;
          const version = await findTemplateVersion(trx, tenantId, reference);
          const { content: whole, ...rest } = found(version, 'template version', name);
          const { subject, body, text } = whole;
          return { ...shown(rest), content: { subject, body, text } };
        }),
    }),
    route({
      method: 'POST',
      path: '/templates/:id/versions/:version/preview',
      operation: 'previewTemplate',
      tag,
      summary: 'Render a version with sample values, as it would be sent',
      scope: 'read',
      params: versionParams,
      body: z.strictObject({ data: sample.optional() }).optional(),
      response: previewed,
      handle: ({ tenantId, params: reference, body, tx }) =>
        tx(async (trx) => {
          const name = `${reference.id}/${reference.version}`;
          const version = await findTemplateVersion(trx, tenantId, reference);
          const { content: whole } = found(version, 'template version', name);
          return preview(trx, tenantId, whole, body?.data ?? {});
        }),
    }),
  ];
}
