import { newId } from '@cadenza/domain';
import { PLAN } from '../examples.ts';
import { filterSlots, SOMEBODY } from './filter-slots.ts';
import { bodySlot, withValue, type Slot } from './operations.ts';
import type { Own } from './own.ts';
import type { Request } from './request.ts';

/** A request that its caller may make, with its own rows, and to which the answer is a success. */
export interface Case extends Request {
  /** The status of the answer, where it is none of success. */
  readonly answers?: number;
}

type MakeCase = (own: Own) => Case | Promise<Case>;

const at = (id: string, rest: Case = {}): Case => ({ params: { id }, ...rest });
const nothing = (): Case => ({});
const AT = '2026-01-01T00:00:00Z';
const name = () => `Name ${newId()}`;
const address = () => `${newId()}@new.example`;
/** Numbers that nobody has had. */
let number = 4_155_550_000;
const phone = () => `+1${(number += 1)}`;

/** A suppression that is there to be taken off the list. */
async function suppression({
  tenant,
}: Own): Promise<{ readonly id: string; readonly later: string }> {
  const value = address();
  await tenant.api.post('/v1/suppressions', { addresses: [value] });
  const { body } = await tenant.api.get(`/v1/suppressions?address=${value}`);
  const [{ id, lastSeenAt } = {}] = body.items ?? [];
  return { id: String(id), later: new Date(Date.parse(String(lastSeenAt)) + 1).toISOString() };
}

/**
 * Of a case alone. What a case changes is of this kind, or what a filter finds would depend on which value
 * came last.
 */
async function newContact({ tenant }: Own): Promise<string> {
  return String((await tenant.api.post('/v1/contacts', { email: address() })).body.id);
}

async function newLead({ tenant }: Own): Promise<string> {
  return String((await tenant.api.post('/v1/leads', { name: name() })).body.id);
}

/** One that waits to send: that of all cases ends with its person's consent. */
async function newEnrollment(own: Own): Promise<string> {
  const contactIds = [await newContact(own)];
  const { body } = await own.tenant.api.post(`/v1/campaigns/${own.campaign}/enrollments`, {
    contactIds,
  });
  return String(body['enrolled']?.[0]?.['enrollmentId']);
}

/** A draft that is ended: others are sent from. */
async function newCampaign({ tenant, planVersion, sender }: Own): Promise<string> {
  const draft = { name: name(), planVersionId: planVersion, senderIdentityId: sender };
  return String((await tenant.api.post('/v1/campaigns', draft)).body.id);
}

/** A template of its own: versions of the same one would be numbered on. */
async function newTemplate({ tenant }: Own): Promise<string> {
  const first = { name: name(), channel: 'sms', content: { body: 'Hello' } };
  return String((await tenant.api.post('/v1/templates', first)).body.id);
}

/** A key makes and changes no owner, as the one of all cases is. */
async function newUser({ tenant }: Own): Promise<string> {
  const made = await tenant.api.post('/v1/users', { email: address(), role: 'viewer' });
  return String(made.body.id);
}

const newEndpoint = { url: 'https://hooks.example.com' };

/** A tenant may have few webhook endpoints: those of former cases make room. */
async function withoutOthers({ tenant, endpoint }: Own): Promise<void> {
  const { body } = await tenant.api.get('/v1/webhook-endpoints');
  for (const { id } of body.items ?? []) {
    if (id !== endpoint) await tenant.api.delete(`/v1/webhook-endpoints/${String(id)}`);
  }
}

/** One for each operation that is walked with an API key. */
export const CASES: Readonly<Record<string, MakeCase>> = {
  getTenant: nothing,
  pauseTenant: () => ({ body: {} }),
  resumeTenant: nothing,

  createContact: () => ({ body: { email: address(), phone: phone() } }),
  listContacts: nothing,
  getContact: ({ contact }) => at(contact),
  validateContact: ({ contact }) => at(contact),
  updateContact: async (own) => at(await newContact(own), { body: {} }),
  importContacts: () => ({ body: [{ email: address() }] }),
  recordConsent: ({ contact }) =>
    at(contact, { body: { channel: 'email', source: 'form', givenAt: AT } }),
  withdrawConsent: ({ contact }) => at(contact, { body: { channel: 'email' } }),
  exportContact: ({ contact }) => at(contact),
  // Its person is to be there for all others.
  eraseContact: async (own) => at(await newContact(own)),
  eraseByAddress: async ({ tenant }) => {
    const email = address();
    await tenant.api.post('/v1/contacts', { email });
    return { body: { email } };
  },
  getErasure: ({ erasure }) => at(erasure),
  liftErasure: () => ({ body: { email: address(), consentSource: 'form', consentAt: AT } }),
  getAddressPolicy: nothing,
  putAddressPolicy: () => ({ body: { role: 'warn' } }),

  createLead: () => ({ body: { name: name() } }),
  listLeads: nothing,
  getLead: ({ lead }) => at(lead),
  updateLead: async (own) => at(await newLead(own), { body: {} }),

  createSenderIdentity: () => ({ body: { email: address(), name: name() } }),
  listSenderIdentities: nothing,
  getSenderIdentity: ({ sender }) => at(sender),
  updateSenderIdentity: ({ sender }) => at(sender, { body: {} }),
  verifySenderIdentity: ({ sender }) => at(sender),
  pauseSenderIdentity: ({ sender }) => at(sender, { body: {} }),
  resumeSenderIdentity: ({ sender }) => at(sender),
  // Without DNS in this world.
  checkSenderDomain: ({ sender }) => at(sender, { answers: 503 }),
  getSenderDomain: ({ sender }) => at(sender),
  putSenderWarmUp: ({ sender }) => at(sender, { body: { schedule: [1] } }),
  createSmsSender: () => ({ body: { from: phone(), name: name() } }),
  listSmsSenders: nothing,
  getSmsSender: ({ smsSender }) => at(smsSender),
  updateSmsSender: ({ smsSender }) => at(smsSender, { body: {} }),
  verifySmsSender: ({ smsSender }) => at(smsSender),
  pauseSmsSender: ({ smsSender }) => at(smsSender, { body: {} }),
  resumeSmsSender: ({ smsSender }) => at(smsSender),

  validatePlan: () => ({ body: PLAN }),
  importPlan: () => ({ body: { name: name(), plan: PLAN } }),
  createPlan: () => ({ body: { name: name(), plan: PLAN } }),
  listPlans: nothing,
  getPlan: ({ plan }) => at(plan),
  createPlanVersion: ({ plan }) => at(plan, { body: { plan: PLAN } }),
  getPlanVersion: ({ plan }) => ({ params: { id: plan, version: '1' } }),
  exportPlan: ({ plan }) => at(plan),

  createCampaign: ({ planVersion, sender }) => ({
    body: { name: name(), planVersionId: planVersion, senderIdentityId: sender },
  }),
  listCampaigns: nothing,
  getCampaign: ({ campaign }) => at(campaign),
  updateCampaign: ({ campaign }) => at(campaign, { body: {} }),
  startCampaign: ({ campaign }) => at(campaign),
  pauseCampaign: ({ campaign }) => at(campaign, { body: {} }),
  resumeCampaign: ({ campaign }) => at(campaign),
  finishCampaign: async (own) => at(await newCampaign(own)),
  enrol: ({ campaign, contact }) => at(campaign, { body: { contactIds: [contact] } }),
  listEnrollments: ({ campaign }) => at(campaign),
  listContactEnrollments: ({ contact }) => at(contact),
  getEnrollment: ({ enrollment }) => at(enrollment),
  readTimeline: ({ enrollment }) => at(enrollment),
  sendNow: async (own) => at(await newEnrollment(own)),
  stopEnrollment: ({ enrollment }) => at(enrollment, { body: {} }),
  explainEnrollment: ({ enrollment }) => at(enrollment),

  previewAudience: ({ campaign }) => at(campaign, { body: { filter: SOMEBODY } }),
  enrolAudience: ({ campaign }) => at(campaign, { body: { filter: SOMEBODY } }),
  listAudiences: ({ campaign }) => at(campaign),
  getAudience: ({ audience }) => at(audience),
  cancelAudience: ({ audience }) => at(audience),

  createTemplate: () => ({ body: { name: name(), channel: 'sms', content: { body: 'Hello' } } }),
  previewContent: () => ({ body: { channel: 'sms', content: { body: 'Hello' } } }),
  listTemplates: nothing,
  getTemplate: ({ template }) => at(template),
  renameTemplate: async (own) => at(await newTemplate(own), { body: { name: name() } }),
  createTemplateVersion: async (own) =>
    at(await newTemplate(own), { body: { content: { body: 'Hello again' } } }),
  getTemplateVersion: ({ template }) => ({ params: { id: template, version: '1' } }),
  previewTemplate: ({ template }) => ({ params: { id: template, version: '1' } }),

  listMessages: nothing,
  getMessage: ({ message }) => at(message),
  // It is neither unknown nor failed.
  resolveMessage: ({ message }) => at(message, { body: { as: 'lost' }, answers: 409 }),
  resendMessage: ({ message }) => at(message, { answers: 409 }),
  dismissMessage: ({ message }) => at(message, { body: { reason: 'enough' }, answers: 409 }),
  listInboundMessages: nothing,
  getInboundMessage: ({ inbound }) => at(inbound),
  getInboundAttachment: ({ inbound, attachment }) => ({
    params: { id: inbound, attachmentId: attachment },
  }),
  listInboundTokens: nothing,
  createInboundToken: () => ({ body: { name: name() } }),
  deleteInboundToken: async ({ tenant }) => {
    const made = await tenant.api.post('/v1/inbound-tokens', { name: name() });
    return at(String(made.body.id));
  },

  listQuarantine: nothing,
  getQuarantined: async (own) => at(await own.putAside()),
  retryQuarantined: async (own) => at(await own.putAside()),
  dropQuarantined: async (own) => at(await own.putAside()),

  suppress: () => ({ body: { addresses: [address()] } }),
  listSuppressions: nothing,
  exportSuppressions: nothing,
  importSuppressions: () => ({ body: `value\n${address()}\n`, type: 'text/csv' }),
  getSuppression: ({ suppression: id }) => at(id),
  removeSuppression: async (own) => at((await suppression(own)).id),
  liftSuppression: async (own) => {
    const { id, later } = await suppression(own);
    return at(id, { body: { consent: { source: 'call', at: later } } });
  },

  listSendRateLimits: nothing,
  putSendRateLimit: ({ sender }) => ({
    body: { scope: 'sender', reference: sender, windowSeconds: 60, maxMessages: 1 },
  }),
  deleteSendRateLimit: async ({ tenant, sender }) => {
    const limit = { scope: 'sender', reference: sender, windowSeconds: 60 };
    await tenant.api.put('/v1/send-rate-limits', { ...limit, maxMessages: 1 });
    return { query: { ...limit, windowSeconds: '60' } };
  },
  putIpPoolWarmUp: () => ({ params: { name: 'own' }, body: { schedule: [1] } }),
  getIpPoolWarmUp: () => ({ params: { name: 'own' } }),
  getDeliverability: nothing,
  putGuardThresholds: () => ({ body: {} }),
  getGuardThresholds: nothing,

  getSendGridAccount: nothing,
  putSendGridAccount: () => ({ body: { apiKey: `SG.${newId()}` } }),
  deleteSendGridAccount: nothing,

  listWebhookEndpoints: nothing,
  createWebhookEndpoint: async (own) => {
    await withoutOthers(own);
    return { body: newEndpoint };
  },
  getWebhookEndpoint: ({ endpoint }) => at(endpoint),
  updateWebhookEndpoint: ({ endpoint }) => at(endpoint, { body: {} }),
  deleteWebhookEndpoint: async (own) => {
    await withoutOthers(own);
    const made = await own.tenant.api.post('/v1/webhook-endpoints', newEndpoint);
    return at(String(made.body.id));
  },
  rotateWebhookSecret: ({ endpoint }) => at(endpoint),
  listWebhookDeliveries: ({ endpoint }) => at(endpoint),
  getWebhookDelivery: ({ endpoint, event }) => ({ params: { id: endpoint, eventId: event } }),
  redeliverWebhook: ({ endpoint, event }) => ({ params: { id: endpoint, eventId: event } }),
  redeliverWebhooks: ({ endpoint }) => at(endpoint, { body: { from: AT } }),

  listUsers: nothing,
  createUser: () => ({ body: { email: address(), role: 'viewer' } }),
  getUser: ({ user }) => at(user),
  updateUser: async (own) => at(await newUser(own), { body: {} }),
  deleteUser: async (own) => at(await newUser(own)),
  getSession: nothing,
  // A key has none.
  switchTenant: ({ tenant }) => ({ body: { tenantId: tenant.id }, answers: 403 }),
  deleteSession: () => ({ answers: 403 }),

  listApiKeys: nothing,
  createApiKey: () => ({ body: { name: name(), scopes: ['read'] } }),
  getApiKey: ({ key }) => at(key),
  updateApiKey: ({ key }) => at(key, { body: {} }),
  rotateApiKey: async ({ tenant }) => {
    const made = await tenant.api.post('/v1/api-keys', { name: name(), role: 'viewer' });
    return at(String(made.body.id), { body: {} });
  },
  revokeApiKey: async ({ tenant }) => {
    const made = await tenant.api.post('/v1/api-keys', { name: name(), role: 'viewer' });
    return at(String(made.body.id));
  },
  listAudit: nothing,
  exportAuditCsv: nothing,
  exportAuditNdjson: nothing,
};

const senderOfNode = (...path: readonly (string | number)[]) =>
  bodySlot([...path, 'nodes', 0, 'senderIdentityId'], 'id');

function templateOfNode(...path: readonly (string | number)[]): Slot {
  const place = [...path, 'nodes', 0, 'template'];
  return {
    name: ['body', ...place].join('.'),
    takes: 'id',
    put: (request, id) => ({
      ...request,
      body: withValue(request.body, place, { id, version: 1 }),
    }),
  };
}

const cursorOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
const positionOf = (id: string) =>
  Buffer.from(JSON.stringify([Date.parse(AT), 0, id])).toString('base64url');

function cursor(encode: (id: string) => string): Slot {
  return {
    name: 'query.cursor',
    takes: 'id',
    put: (request, value) => ({ ...request, query: { ...request.query, cursor: encode(value) } }),
  };
}

function limitOf(scope: string): Slot {
  return {
    name: `body.reference of ${scope}`,
    takes: 'text',
    put: (request, reference) => ({
      ...request,
      body: { scope, reference, windowSeconds: 60, maxMessages: 1 },
    }),
    shown(text, value) {
      const { items = [] } = JSON.parse(text) as {
        items?: readonly { reference: string | null }[];
      };
      return JSON.stringify(items.filter(({ reference }) => reference === value));
    },
  };
}

/** Places that take an identifier and of which no schema says so. */
export const FURTHER_SLOTS: Readonly<Record<string, readonly Slot[]>> = {
  validatePlan: [templateOfNode()],
  createPlan: [senderOfNode('plan'), templateOfNode('plan')],
  importPlan: [senderOfNode('plan'), templateOfNode('plan')],
  createPlanVersion: [senderOfNode('plan'), templateOfNode('plan')],
  listContacts: [
    cursor(cursorOf),
    ...filterSlots('query', (request, filter) => ({
      ...request,
      query: { ...request.query, filter: JSON.stringify(filter) },
    })),
  ],
  previewAudience: filterSlots('body', (request, filter) => ({ ...request, body: { filter } })),
  enrolAudience: filterSlots('body', (request, filter) => ({ ...request, body: { filter } })),
  importContacts: [
    bodySlot([0, 'email'], 'address'),
    bodySlot([0, 'phone'], 'text'),
    bodySlot([0, 'company'], 'text'),
  ],
  importSuppressions: [
    {
      name: 'body.value',
      takes: 'text',
      put: (request, value) => ({ ...request, body: `value\n${value}\n` }),
    },
  ],
  putSendRateLimit: [limitOf('recipient_domain'), limitOf('ip_pool')],
  readTimeline: [cursor(positionOf)],
  ...Object.fromEntries(
    [
      'listLeads',
      'listSenderIdentities',
      'listSmsSenders',
      'listPlans',
      'listCampaigns',
      'listEnrollments',
      'listContactEnrollments',
      'listAudiences',
      'listTemplates',
      'listMessages',
      'listInboundMessages',
      'listQuarantine',
      'listSuppressions',
      'listUsers',
      'listAudit',
    ].map((id) => [id, [cursor(cursorOf)]]),
  ),
};

/** Operations that no API key opens, and what does, or whose answers do not end: each has a walk of its own. */
export const WALKED_APART: Readonly<Record<string, 'signature' | 'link' | 'stream' | 'person'>> = {
  receiveSendGridEvents: 'signature',
  receiveSendGridEventsOfTenant: 'signature',
  receiveSmsEvents: 'signature',
  receiveSendGridInbound: 'signature',
  receiveSendGridInboundOfTenant: 'signature',
  showUnsubscribePage: 'link',
  unsubscribe: 'link',
  streamEvents: 'stream',
  signInLocally: 'person',
  getSignInMethod: 'person',
  beginSignIn: 'person',
  finishSignIn: 'person',
};
