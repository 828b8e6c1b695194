import type { OutboundMail } from '@cadenza/domain';
import { classes } from '@sendgrid/helpers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeMail } from './compose.ts';

const words = fc.string({ unit: fc.constantFrom('a', 'ß', ' ', ';', '"', '_'), maxLength: 12 });
const name = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'é', '"', '_'), minLength: 1 }), { minLength: 1 })
  .map((parts) => parts.join(' '));
/** Without what is replaced in a recipient's name: `;`, `,` and blanks side by side. */
const party = fc.record({ email: fc.emailAddress(), name: fc.option(name, { nil: undefined }) });
const mails: fc.Arbitrary<OutboundMail> = fc
  .record({
    reference: fc.record({ tenantId: fc.uuid(), messageId: fc.uuid(), attempt: fc.nat() }),
    from: party,
    to: party,
    replyTo: fc.option(party, { nil: undefined }),
    subject: words.map((text) => `s${text}`),
    html: words,
    text: words.map((text) => `t${text}`),
    headers: fc.dictionary(fc.constantFrom('List-Unsubscribe', 'X-Camel', 'In-Reply-To'), words),
    openTracking: fc.boolean(),
    clickTracking: fc.boolean(),
    ipPool: fc.option(fc.constantFrom('cold', 'warmUp'), { nil: undefined }),
  })
  .map((mail) => JSON.parse(JSON.stringify(mail)) as OutboundMail);

/** The same message, by the vendor's own way from data to a body. */
function vendorBody(mail: OutboundMail, sandboxMode: boolean): unknown {
  return classes.Mail.create({
    from: mail.from,
    to: mail.to,
    ...(mail.replyTo === undefined ? {} : { replyTo: mail.replyTo }),
    subject: mail.subject,
    content: [
      { type: 'text/plain', value: mail.text },
      ...(mail.html === '' ? [] : [{ type: 'text/html', value: mail.html }]),
    ],
    headers: { ...mail.headers },
    customArgs: {
      cadenza_tenant_id: mail.reference.tenantId,
      cadenza_message_id: mail.reference.messageId,
      cadenza_attempt: String(mail.reference.attempt),
    },
    ...(mail.ipPool === undefined ? {} : { ipPoolName: mail.ipPool }),
    trackingSettings: {
      clickTracking: { enable: mail.clickTracking, enableText: false },
      openTracking: { enable: mail.openTracking },
      subscriptionTracking: { enable: false },
    },
    ...(sandboxMode ? { mailSettings: { sandboxMode: { enable: true } } } : {}),
  }).toJSON();
}

test('a message has the body that the vendor makes of it', () => {
  fc.assert(
    fc.property(mails, fc.boolean(), (mail, sandboxMode) => {
      const plain = (body: unknown): unknown => JSON.parse(JSON.stringify(body));
      expect(plain(composeMail(mail, sandboxMode).toJSON())).toEqual(
        plain(vendorBody(mail, sandboxMode)),
      );
    }),
  );
});
