/** Of one resource; of a list; a list by an audience filter, which has a bound of its own. */
export type RequestKind = 'read' | 'list' | 'filter';

/** Requests of one kind, each of which is answered with 200. */
export interface TimedRequests {
  readonly operation: string;
  /** What is asked. */
  readonly name: string;
  readonly kind: RequestKind;
  /** The path of the `n`th, with its query. */
  readonly path: (n: number) => string;
}

/** What is asked for; several of what there is much of, so that answers are not always of the same rows. */
export interface Known {
  readonly contacts: readonly string[];
  readonly emails: readonly string[];
  readonly leads: readonly string[];
  readonly enrollments: readonly string[];
  readonly messages: readonly string[];
  readonly suppressions: readonly string[];
  readonly inbound: readonly string[];
  readonly events: readonly string[];
  /** Of half of all people, and of few. */
  readonly campaigns: { readonly most: string; readonly few: string };
  /** In the middle of each table, as cursors. */
  readonly middle: Readonly<Record<DeepTable, string>>;
  /** The lead with most contacts. */
  readonly busiestLead: string;
  readonly audience: string;
  readonly endpoint: string;
  readonly versionedPlan: string;
  readonly sender: string;
  readonly smsSender: string;
  readonly template: string;
  readonly erasure: string;
  readonly key: string;
  readonly user: string;
}

export const DEEP_TABLES = [
  'contacts',
  'leads',
  'contact_campaigns',
  'outbound_messages',
  'communication_suppressions',
  'audit_log',
  'inbound_messages',
  'campaigns',
  'campaign_plans',
  'message_templates',
  'email_sender_identities',
  'campaign_audiences',
] as const;
export type DeepTable = (typeof DEEP_TABLES)[number];

/** GET operations that are not timed, and why. */
export const NOT_TIMED: Readonly<Record<string, string>> = {
  streamEvents: 'does not end',
  getQuarantined: 'nothing is in quarantine',
  exportSuppressions: 'all of a list, streamed',
  exportAuditCsv: 'all of the log, streamed',
  exportAuditNdjson: 'all of the log, streamed',
  getInboundAttachment: 'bytes of the blob store',
  getSignInMethod: 'for pages, without a key',
  beginSignIn: 'leads to the identity provider',
  finishSignIn: 'comes from the identity provider',
  showUnsubscribePage: 'a page for the person, by a signed link',
};

/** Every GET operation of `/openapi.json`: first and deep pages, and each filter. */
export function timedRequests(known: Known): TimedRequests[] {
  const { middle, campaigns } = known;
  const read = (operation: string, path: TimedRequests['path']): TimedRequests => ({
    operation,
    name: '',
    kind: 'read',
    path,
  });
  const at = (path: string) => () => path;
  const each = (ids: readonly string[], path: (id: string) => string) => (n: number) =>
    path(encodeURIComponent(ids[n % ids.length] ?? ''));
  /** A list with each of these queries, and bare. */
  const list = (
    operation: string,
    path: string,
    queries: Readonly<Record<string, string>> = {},
  ): TimedRequests[] =>
    Object.entries({ 'first page': '', ...queries }).map(([name, query]) => ({
      operation,
      name,
      kind: 'list',
      path: () => `${path}${query === '' ? '' : `?${query}`}`,
    }));
  const deep = (table: DeepTable) => ({ deep: `cursor=${middle[table]}` });
  const byFilter = (name: string, filter: object): TimedRequests => ({
    operation: 'listContacts',
    name,
    kind: 'filter',
    path: () => `/v1/contacts?filter=${encodeURIComponent(JSON.stringify(filter))}`,
  });
  const big = `/v1/campaigns/${campaigns.most}`;
  return [
    read('getTenant', at('/v1/tenant')),
    read(
      'getContact',
      each(known.contacts, (id) => `/v1/contacts/${id}`),
    ),
    ...list('listContacts', '/v1/contacts', {
      ...deep('contacts'),
      'limit 200': 'limit=200',
      'of a lead': `leadId=${known.busiestLead}`,
      'of a lead, deep': `leadId=${known.busiestLead}&cursor=${middle.contacts}`,
    }),
    {
      operation: 'listContacts',
      name: 'by address',
      kind: 'list',
      path: each(known.emails, (email) => `/v1/contacts?email=${email}`),
    },
    byFilter('title of many', { where: 'title', contains: 'engineer' }),
    byFilter('title of nobody', { where: 'title', contains: 'astronaut' }),
    byFilter('own value', { where: 'custom', key: 'language', is: ['nl'] }),
    byFilter('domain', { where: 'email', domain: ['site7.example.org'] }),
    byFilter('failed in a campaign', {
      where: 'enrolled',
      campaignId: campaigns.most,
      status: ['failed'],
    }),
    byFilter('clicked', { where: 'reacted', by: ['clicked'] }),
    byFilter('replied, and not written to', {
      where: 'all',
      of: [
        { where: 'reacted', by: ['replied'], withinDays: 30 },
        { where: 'not', of: { where: 'messaged', withinDays: 30 } },
      ],
    }),
    {
      operation: 'exportContact',
      name: 'all of a person',
      kind: 'list',
      path: each(known.contacts, (id) => `/v1/contacts/${id}/export`),
    },
    {
      operation: 'listContactEnrollments',
      name: 'of a contact',
      kind: 'list',
      path: each(known.contacts, (id) => `/v1/contacts/${id}/enrollments`),
    },
    read('getErasure', at(`/v1/erasures/${known.erasure}`)),
    read('getAddressPolicy', at('/v1/address-policy')),
    read(
      'getLead',
      each(known.leads, (id) => `/v1/leads/${id}`),
    ),
    ...list('listLeads', '/v1/leads', { ...deep('leads'), 'by name': 'name=nobody' }),
    read('getSenderIdentity', at(`/v1/sender-identities/${known.sender}`)),
    read('getSenderDomain', at(`/v1/sender-identities/${known.sender}/check-domain`)),
    ...list('listSenderIdentities', '/v1/sender-identities', {
      ...deep('email_sender_identities'),
      'by address': 'email=nobody%40example.com',
    }),
    read('getSmsSender', at(`/v1/sms-senders/${known.smsSender}`)),
    ...list('listSmsSenders', '/v1/sms-senders', deep('email_sender_identities')),
    read('getPlan', at(`/v1/plans/${known.versionedPlan}`)),
    read('getPlanVersion', at(`/v1/plans/${known.versionedPlan}/versions/1`)),
    read('exportPlan', at(`/v1/plans/${known.versionedPlan}/export`)),
    ...list('listPlans', '/v1/plans', deep('campaign_plans')),
    read('getTemplate', at(`/v1/templates/${known.template}`)),
    read('getTemplateVersion', at(`/v1/templates/${known.template}/versions/1`)),
    ...list('listTemplates', '/v1/templates', {
      ...deep('message_templates'),
      'by name': 'name=nobody',
    }),
    { ...read('getCampaign', at(big)), name: 'half of all people' },
    { ...read('getCampaign', at(`/v1/campaigns/${campaigns.few}`)), name: 'few people' },
    ...list('listCampaigns', '/v1/campaigns', {
      ...deep('campaigns'),
      'by status': 'status=running',
    }),
    ...list('listEnrollments', `${big}/enrollments`, {
      ...deep('contact_campaigns'),
      active: 'status=active',
      'active, deep': `status=active&cursor=${middle.contact_campaigns}`,
      failed: 'status=failed',
      'at a node': 'nodeId=read',
      'at a node that nobody is at': 'nodeId=bump',
      'active at a node': 'status=active&nodeId=read',
    }),
    ...list('listEnrollments', `/v1/campaigns/${campaigns.few}/enrollments`, {
      failed: 'status=failed',
    }).map((one) => ({ ...one, name: `few people, ${one.name}` })),
    read(
      'getEnrollment',
      each(known.enrollments, (id) => `/v1/enrollments/${id}`),
    ),
    {
      operation: 'readTimeline',
      name: 'first page',
      kind: 'list',
      path: each(known.enrollments, (id) => `/v1/enrollments/${id}/timeline`),
    },
    read(
      'explainEnrollment',
      each(known.enrollments, (id) => `/v1/enrollments/${id}/why`),
    ),
    read('getAudience', at(`/v1/audiences/${known.audience}`)),
    ...list('listAudiences', `${big}/audiences`, deep('campaign_audiences')),
    read(
      'getMessage',
      each(known.messages, (id) => `/v1/messages/${id}`),
    ),
    ...list('listMessages', '/v1/messages', {
      ...deep('outbound_messages'),
      'of a campaign': `campaignId=${campaigns.most}`,
      'of a small campaign': `campaignId=${campaigns.few}`,
      'of a campaign, deep': `campaignId=${campaigns.most}&cursor=${middle.outbound_messages}`,
      ...Object.fromEntries(
        ['queued', 'sent', 'delivered', 'bounced', 'failed', 'unknown', 'retrying', 'skipped'].map(
          (status) => [status, `status=${status}`],
        ),
      ),
      'failed in a campaign': `campaignId=${campaigns.most}&status=failed`,
      'bounced in a small campaign': `campaignId=${campaigns.few}&status=bounced`,
      'delivered in a campaign': `campaignId=${campaigns.most}&status=delivered`,
    }),
    read(
      'getInboundMessage',
      each(known.inbound, (id) => `/v1/inbound-messages/${id}`),
    ),
    ...list('listInboundMessages', '/v1/inbound-messages', {
      ...deep('inbound_messages'),
      'by kind': 'kind=human',
      'by a rare kind': 'kind=complaint',
      'by verdict': 'verdict=unverified',
      'of an enrollment': `enrollmentId=${known.inbound[0] ?? ''}`,
      'of a contact': `contactId=${known.inbound[0] ?? ''}`,
    }),
    read(
      'getSuppression',
      each(known.suppressions, (id) => `/v1/suppressions/${id}`),
    ),
    ...list('listSuppressions', '/v1/suppressions', {
      ...deep('communication_suppressions'),
      'by domain': 'domain=site5.example.org',
      'by a domain that nobody has': 'domain=nobody.example.net',
      'by a prefix of all': 'prefix=gone',
      'by a prefix of few': 'prefix=gone12',
      'by address': 'address=gone5%40site5.example.org',
      'by reason': 'reason=unsubscribed',
      'by a rare reason': 'reason=spamreport',
      'by source': 'source=crm',
      'by a source of nothing': 'source=elsewhere',
      'of a kind': 'kind=domain',
      'of a channel': 'channel=sms',
      since: 'since=2026-01-01T00:00:00Z',
      'until long ago': 'until=2020-01-01T00:00:00Z',
      'by domain and reason': 'domain=site5.example.org&reason=unsubscribed',
    }),
    ...list('listAudit', '/v1/audit', deep('audit_log')),
    ...list('listSendRateLimits', '/v1/send-rate-limits'),
    read('getIpPoolWarmUp', at('/v1/ip-pools/bench/warm-up')),
    read('getDeliverability', at('/v1/deliverability')),
    read('getGuardThresholds', at('/v1/deliverability/thresholds')),
    read('getSendGridAccount', at('/v1/sendgrid-account')),
    ...list('listInboundTokens', '/v1/inbound-tokens'),
    ...list('listApiKeys', '/v1/api-keys'),
    read('getApiKey', at(`/v1/api-keys/${known.key}`)),
    read('getSession', at('/v1/session')),
    ...list('listUsers', '/v1/users'),
    read('getUser', at(`/v1/users/${known.user}`)),
    ...list('listQuarantine', '/v1/quarantine'),
    ...list('listWebhookEndpoints', '/v1/webhook-endpoints'),
    read('getWebhookEndpoint', at(`/v1/webhook-endpoints/${known.endpoint}`)),
    read(
      'getWebhookDelivery',
      each(known.events, (id) => `/v1/webhook-endpoints/${known.endpoint}/deliveries/${id}`),
    ),
    ...list('listWebhookDeliveries', `/v1/webhook-endpoints/${known.endpoint}/deliveries`, {
      delivered: 'status=delivered',
      failed: 'status=failed',
      pending: 'status=pending',
    }),
  ];
}
