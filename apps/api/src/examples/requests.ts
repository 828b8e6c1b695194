import { CONTACT, LEAD, PLAN_VERSION, SENDER, TENANT } from './ids.ts';

/** A plan of two mails. */
export const PLAN_EXAMPLE = {
  version: '1.0',
  timezone: 'Europe/Berlin',
  quietHours: { start: '20:00', end: '08:00' },
  startNodeId: 'intro',
  nodes: [
    {
      id: 'intro',
      channel: 'email',
      action: 'send',
      subject: 'A question, {{contact.firstName}}',
      body: '<p>Hello {{contact.firstName}},</p><p>who looks after tea at {{lead.name}}?</p>',
      transitions: [
        { on: 'replied', to: 'stop' },
        { on: 'no_open', to: 'reminder', after: 'P3D' },
      ],
    },
    {
      id: 'reminder',
      channel: 'email',
      action: 'send',
      subject: 'My question of last week',
      body: '<p>Hello {{contact.firstName}}, may I ask once more?</p>',
      transitions: [],
    },
  ],
};
const content = {
  subject: 'A question, {{contact.firstName}}',
  body: '<p>Hello {{contact.firstName}},</p><p>who looks after tea at {{lead.name}}?</p>',
};
const data = { contact: { firstName: 'Ada' }, lead: { name: 'Acme' } };
/** Whom an audience means. */
export const FILTER_EXAMPLE = {
  where: 'all',
  of: [
    { where: 'title', contains: 'engineer' },
    { where: 'email', validity: ['valid', 'risky'] },
    { where: 'not', of: { where: 'messaged', withinDays: 30 } },
  ],
};
const reason = 'the text is checked once more';

/** Bodies by operation, each of which the API takes as it stands where the ids in it are there. */
export const REQUEST_EXAMPLES: Readonly<Record<string, unknown>> = {
  pauseTenant: { reason },
  createContact: {
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Lovelace',
    title: 'Engineer',
    timezone: 'Europe/London',
    company: 'Acme',
    custom: { favouriteTea: 'Assam' },
  },
  updateContact: { title: 'Chief engineer', leadId: LEAD },
  importContacts: [{ email: 'ada@example.com', firstName: 'Ada', company: 'Acme' }],
  recordConsent: {
    channel: 'email',
    source: 'sign-up form',
    givenAt: '2026-09-01T08:30:00Z',
    wording: 'Acme may write to me about tea.',
    version: '2026-01',
  },
  withdrawConsent: { channel: 'email' },
  eraseByAddress: { email: 'ada@example.com' },
  liftErasure: {
    email: 'ada@example.com',
    consentSource: 'a call',
    consentAt: '2026-09-01T08:30:00Z',
  },
  putAddressPolicy: { invalid: 'block', risky: 'warn', role: 'warn' },
  createLead: { name: 'Acme', website: 'https://acme.example', industry: 'Tea' },
  updateLead: { industry: 'Coffee' },
  createSenderIdentity: {
    email: 'ann@acme.example',
    name: 'Ann Smith',
    signature: 'Ann Smith\nAcme',
    spacing: { minSeconds: 30, maxSeconds: 90 },
  },
  updateSenderIdentity: { replyTo: 'answers@acme.example' },
  pauseSenderIdentity: { reason },
  putSenderWarmUp: { schedule: { first: 50, factor: 1.5, target: 2000 } },
  putIpPoolWarmUp: { schedule: [50, 100, 200, 400] },
  createSmsSender: { from: '+12025550123', name: 'Acme', helpContact: 'help@acme.example' },
  updateSmsSender: { name: 'Acme Ltd' },
  pauseSmsSender: { reason },
  createTemplate: { name: 'First mail', channel: 'email', content },
  previewContent: { channel: 'email', content, data },
  renameTemplate: { name: 'First mail of spring' },
  createTemplateVersion: { content },
  previewTemplate: { data },
  validatePlan: PLAN_EXAMPLE,
  importPlan: { name: 'Two mails', plan: PLAN_EXAMPLE },
  createPlan: { name: 'Two mails', plan: PLAN_EXAMPLE },
  createPlanVersion: { plan: PLAN_EXAMPLE },
  createCampaign: { name: 'Spring', planVersionId: PLAN_VERSION, senderIdentityId: SENDER },
  updateCampaign: { priority: 8 },
  pauseCampaign: { reason },
  enrol: { contactIds: [CONTACT] },
  previewAudience: { filter: FILTER_EXAMPLE },
  enrolAudience: { filter: FILTER_EXAMPLE },
  sendNow: { ignoreWindows: false },
  stopEnrollment: { reason: 'became a customer' },
  resolveMessage: { as: 'accepted' },
  dismissMessage: { reason: 'the mailbox is gone for good' },
  createInboundToken: { name: 'Inbound Parse of spring' },
  putSendGridAccount: { apiKey: 'SG.the-key-of-your-own-account' },
  suppress: { addresses: ['ada@example.com'], domains: ['example.org'], reason: 'manual' },
  liftSuppression: { consent: { source: 'a call', at: '2026-09-01T08:30:00Z' } },
  putSendRateLimit: {
    scope: 'sender',
    reference: SENDER,
    windowSeconds: 86_400,
    maxMessages: 500,
  },
  putGuardThresholds: { bounce: { warn: 0.02, pause: 0.05, stop: 0.1 } },
  createWebhookEndpoint: {
    url: 'https://acme.example/hooks/cadenza',
    eventTypes: ['message.sent', 'enrollment.ended'],
  },
  updateWebhookEndpoint: { description: 'the CRM', enabled: true },
  rotateWebhookSecret: { overlapHours: 24 },
  redeliverWebhooks: { from: '2026-09-01T08:00:00Z', until: '2026-09-01T12:00:00Z' },
  createUser: { email: 'grace@acme.example', name: 'Grace Hopper', role: 'operator' },
  updateUser: { role: 'viewer' },
  switchTenant: { tenantId: TENANT },
  createApiKey: { name: 'CRM', scopes: ['read', 'write'], requestsPerMinute: 600 },
  updateApiKey: { name: 'The CRM' },
  rotateApiKey: { overlapSeconds: 86_400 },
  signInLocally: { email: 'grace@acme.example', password: 'a password of your own' },
  receiveSendGridEvents: [
    { event: 'delivered', email: 'ada@example.com', timestamp: 1_788_250_200, sg_event_id: 'e1' },
  ],
  receiveSendGridEventsOfTenant: [
    { event: 'delivered', email: 'ada@example.com', timestamp: 1_788_250_200, sg_event_id: 'e1' },
  ],
  receiveSmsEvents: [
    {
      type: 'status',
      id: 'r1',
      messageId: 'm1',
      reference: null,
      status: 'delivered',
      at: 1_788_250_200_000,
    },
  ],
};

/** Bodies that are no JSON. */
export const TEXT_REQUESTS: Readonly<Record<string, string>> = {
  importContacts: 'email,first_name,last_name,company\nada@example.com,Ada,Lovelace,Acme\n',
  importSuppressions: 'value,reason\nada@example.com,manual\nexample.org,manual\n',
  unsubscribe: 'List-Unsubscribe=One-Click',
};
