import { newId } from '@cadenza/domain';
import { BODY_CANARY } from '@cadenza/testing';
import type { Tenant } from './world.ts';

/** A plan that sends twice. */
export const PLAN = {
  version: '1.0',
  timezone: 'Europe/Berlin',
  startNodeId: 'intro',
  nodes: [
    {
      id: 'intro',
      channel: 'email',
      action: 'send',
      subject: '{{contact.firstName}}, a question',
      body: '<p>Hi {{contact.firstName}}</p>',
      transitions: [{ on: 'no_open', to: 'bump', after: 'PT72H' }],
    },
    {
      id: 'bump',
      channel: 'email',
      action: 'send',
      subject: 'Again',
      body: `<p>Hello, ${BODY_CANARY}</p>`,
      transitions: [],
    },
  ],
};

/** One of everything, of one tenant. */
export interface Rows {
  readonly lead: string;
  readonly contact: string;
  readonly email: string;
  readonly sender: string;
  readonly plan: string;
  readonly planVersion: string;
  readonly campaign: string;
  readonly enrollment: string;
  readonly message: string;
}

/** Makes one of everything by the API itself, a running campaign with one enrollment included. */
export async function makeRows({ api }: Tenant): Promise<Rows> {
  const email = `${newId()}@example.com`;
  const lead = await api.post('/v1/leads', { name: `Lead ${newId()}` });
  const contact = await api.post('/v1/contacts', { email, leadId: lead.body['id'] });
  const sender = await api.post('/v1/sender-identities', {
    email: `${newId()}@sender.example`,
    name: 'Ann',
  });
  const plan = await api.post('/v1/plans', { name: 'Plan', plan: PLAN });
  const planVersion = plan.body['plan']?.['versions']?.[0]?.['id'];
  const campaign = await api.post('/v1/campaigns', {
    name: 'Campaign',
    planVersionId: planVersion,
    senderIdentityId: sender.body['id'],
  });
  const campaignId = String(campaign.body['id']);
  await api.post(`/v1/campaigns/${campaignId}/start`);
  const enrolled = await api.post(`/v1/campaigns/${campaignId}/enrollments`, {
    contactIds: [contact.body['id']],
  });
  const messages = await api.get(`/v1/messages?campaignId=${campaignId}`);
  return {
    lead: String(lead.body['id']),
    contact: String(contact.body['id']),
    email,
    sender: String(sender.body['id']),
    plan: String(plan.body['plan']?.['id']),
    planVersion: String(planVersion),
    campaign: campaignId,
    enrollment: String(enrolled.body['enrolled']?.[0]?.['enrollmentId']),
    message: String(messages.body['items']?.[0]?.['id']),
  };
}
