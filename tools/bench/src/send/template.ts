import { newId } from '@cadenza/domain';
import { compileMessage, composeMessage } from '@cadenza/rendering';
import { Client } from '@sendgrid/client';
import { MailService } from '@sendgrid/mail';

const SUBJECT = 'A question about {{default contact.company "your work"}}, {{contact.firstName}}';
const BODY = `<p>Hello {{contact.firstName}},</p>
<p>I read about {{default contact.company "your company"}} and wondered how you write to the people
who asked you for an offer and then fell silent. Most teams we talk to do it by hand, and lose the
third part of them on the way.</p>
<p><a href="https://www.example.com/how-it-works?from=intro">Here is how others do it</a>. If you
would rather talk, answer this mail with a time that suits you{{#if contact.title}}: as
{{contact.title}} you will have better things to do than to fill in forms{{/if}}.</p>
<p>{{sender.signature}}</p>`;

/** What the first mail of each bench says. */
export const SUBJECT_AND_BODY = { subject: SUBJECT, body: BODY };

/** A first mail, and what follows when it is not answered by a click. */
export const PLAN = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'intro',
  nodes: [
    {
      id: 'intro',
      channel: 'email',
      action: 'send',
      ...SUBJECT_AND_BODY,
      transitions: [
        { on: 'clicked', to: 'stop' },
        { on: 'no_click', to: 'bump', after: 'P3D' },
      ],
    },
    {
      id: 'bump',
      channel: 'email',
      action: 'send',
      subject: 'Did you see this?',
      body: '<p>I wrote to you a few days ago.</p>',
      transitions: [],
    },
  ],
};

export const SENDER = { name: 'Ada of Example', signature: 'Ada, Example Inc.' };
export const POSTAL_ADDRESS = '1 Example Street, Springfield';

/** The address that the nth of so many tenants sends from. */
export function senderEmail(tenant: number): string {
  return `ada${tenant}@example.com`;
}

export interface Person {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly title: string | null;
  readonly company: string;
}

/** The nth recipient, the same one for every side. */
export function person(n: number): Person {
  return {
    email: `p${n}.silent@site${n % 500}.example.org`,
    firstName: `Grace${n}`,
    lastName: `Hopper${n}`,
    title: n % 2 === 0 ? 'Head of Sales' : null,
    company: `Company ${n % 1_000} & Sons`,
  };
}

/** What `@sendgrid/mail` takes. */
export type MailData = Exclude<Parameters<MailService['send']>[0], readonly unknown[]>;

/** Makes mails of the shape that the pipeline sends, for those who call the provider directly. */
export function createMailMaker(): (n: number) => MailData {
  const compiled = compileMessage(SUBJECT_AND_BODY);
  return (n) => {
    const { email, ...contact } = person(n);
    const unsubscribeUrl = `https://cadenza.example.com/u/${'t'.repeat(120)}${n}`;
    const composed = composeMessage({
      compiled,
      context: {
        contact: {
          ...contact,
          email,
          ...(contact.title === null ? {} : { title: contact.title }),
        },
        sender: { ...SENDER, email: senderEmail(0) },
      },
      from: { email: senderEmail(0), name: SENDER.name },
      to: { email, name: `${contact.firstName} ${contact.lastName}` },
      unsubscribeUrl,
      postalAddress: POSTAL_ADDRESS,
    });
    if (!composed.ok) throw new Error(JSON.stringify(composed.problems));
    const { mail } = composed;
    return {
      from: mail.from,
      to: mail.to,
      subject: mail.subject,
      content: [
        { type: 'text/plain', value: mail.text },
        { type: 'text/html', value: mail.html },
      ],
      headers: { ...mail.headers },
      customArgs: {
        cadenza_tenant_id: newId(),
        cadenza_message_id: newId(),
        cadenza_attempt: '1',
      },
      trackingSettings: {
        clickTracking: { enable: true, enableText: false },
        openTracking: { enable: true },
        subscriptionTracking: { enable: false },
      },
    };
  };
}

/** The body that `@sendgrid/mail` would post. */
export async function bodyOf(mail: MailData): Promise<string> {
  const service = new MailService();
  const bodies: string[] = [];
  service.setClient(
    new (class extends Client {
      override async request(
        data: Parameters<Client['request']>[0],
      ): ReturnType<Client['request']> {
        bodies.push(JSON.stringify(data.body));
        return [{ statusCode: 202, headers: {}, body: {} }, {}];
      }
    })(),
  );
  await service.send(mail);
  return bodies.join('');
}
