import { hiddenLinkUrl, InvalidInputError, newId, type Id } from '@cadenza/domain';
import { readReplyAddress, readUnsubscribeAddress } from '@cadenza/inbound';
import { parsePlan } from '@cadenza/plan';
import { describe, expect, it } from 'vitest';
import type { SendContext } from '../ports/sends.ts';
import { createMessageRenderer } from './render-message.ts';

const PUBLIC_URL = 'https://outreach.example.com';
const KEY = { keyId: 'k1', secret: 's'.repeat(32) };

function planOf(clickTracking: boolean) {
  const parsed = parsePlan({
    version: '1.0',
    timezone: 'UTC',
    startNodeId: 'a',
    nodes: [
      {
        id: 'a',
        channel: 'email',
        action: 'send',
        subject: 'Hello',
        body: '<body><p>Hello</p></body>',
        clickTracking,
        transitions: [],
      },
    ],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

function contextOf(tenantId: Id): SendContext {
  return {
    tenantId,
    actionId: newId(),
    dispatch: 1,
    campaignId: newId(),
    planVersionId: newId(),
    channel: 'email',
    senderIdentityId: newId(),
    messageId: newId(),
    enrollmentId: newId(),
    contactId: newId(),
    recipientDomain: 'example.org',
    toAddress: 'ann@example.org',
    ipPool: null,
    spacing: null,
    timezone: null,
    action: {
      key: 'send:a:1:1',
      type: 'send',
      nodeId: 'a',
      visit: 1,
      attempt: 1,
      timer: null,
      dueAt: 0,
    },
    runAt: 0,
    notAfter: null,
    slotStart: null,
    slotEnd: null,
    contact: {
      firstName: null,
      lastName: null,
      title: null,
      timezone: null,
      phone: null,
      custom: {},
    },
    lead: null,
    sender: { email: 'sam@example.com', smsFrom: '', name: 'Sam', replyTo: null, signature: null },
    campaignName: 'Spring',
    postalAddress: null,
    thread: null,
  };
}

function htmlOf(options: { hiddenLink?: boolean; clickTracking?: boolean }): string {
  const { clickTracking = true, ...rest } = options;
  const renderer = createMessageRenderer({ publicUrl: PUBLIC_URL, unsubscribeKey: KEY, ...rest });
  const rendered = renderer.render(planOf(clickTracking), contextOf(newId()));
  if (!rendered.ok) throw new Error(rendered.reason);
  return rendered.mail.html;
}

describe('the hidden link', () => {
  it('ends the mails of a worker that was told so, the same in all of them', () => {
    const link = `<a href="${hiddenLinkUrl(PUBLIC_URL)}" `;
    const html = htmlOf({ hiddenLink: true });
    expect(html).toContain(link);
    expect(html.slice(html.indexOf(link))).toBe(
      `${link}style="display:none" aria-hidden="true" tabindex="-1"></a></body>`,
    );
  });

  it.each([{}, { hiddenLink: false }, { hiddenLink: true, clickTracking: false }])(
    'is not in mails where %j',
    (options) => {
      expect(htmlOf(options)).not.toContain('display:none');
    },
  );

  it('needs a public URL that mails can hold', () => {
    const publicUrl = 'http://outreach.example.com';
    expect(() =>
      createMessageRenderer({ publicUrl, unsubscribeKey: KEY, hiddenLink: true }),
    ).toThrow(InvalidInputError);
  });
});

describe('addresses for answers', () => {
  const secret = 'a secret for addresses, of 32 bytes or more';
  const inbound = { domain: 'replies.example.com', keyId: 'a', secret };

  function mailOf(replyTo: string | null, inboundOption: typeof inbound | null) {
    const context = contextOf(newId());
    const renderer = createMessageRenderer({
      publicUrl: PUBLIC_URL,
      unsubscribeKey: KEY,
      inbound: inboundOption,
    });
    const rendered = renderer.render(planOf(true), {
      ...context,
      sender: { ...context.sender, replyTo },
    });
    if (!rendered.ok) throw new Error(rendered.reason);
    return { mail: rendered.mail, context };
  }

  it('name the message, under the name of the sender', () => {
    const { mail, context } = mailOf(null, inbound);
    expect(mail.replyTo?.name).toBe('Sam');
    expect(
      readReplyAddress(mail.replyTo?.email ?? '', { a: secret }, context.tenantId),
    ).toMatchObject({ ok: true, messageId: context.messageId });
  });

  it('give way to the one that a sender has', () => {
    expect(mailOf('sam@elsewhere.example', inbound).mail.replyTo).toEqual({
      email: 'sam@elsewhere.example',
    });
  });

  it.each([null, 'sam@elsewhere.example'])(
    'let a person unsubscribe by mail, with %j to answer to',
    (replyTo) => {
      const { mail, context } = mailOf(replyTo, inbound);
      const [, address = ''] = /, <mailto:([^>]+)>$/.exec(
        mail.headers['List-Unsubscribe'] ?? '',
      ) ?? ['', ''];
      expect(readUnsubscribeAddress(address, { a: secret }, context.tenantId)).toMatchObject({
        ok: true,
        contactId: context.contactId,
      });
    },
  );

  it('are in no mail where no domain takes answers in', () => {
    const { mail } = mailOf(null, null);
    expect(mail.replyTo).toBeUndefined();
    expect(mail.headers['List-Unsubscribe']).not.toContain('mailto:');
  });
});
