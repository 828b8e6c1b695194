import { randomUUID } from 'node:crypto';

/** A mail that somebody sends to a host whose mail SendGrid takes in. */
export interface InboundMailSettings {
  readonly from: string;
  /** Recipients of the envelope. */
  readonly to: readonly string[];
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  /** Further headers of the mail, such as `In-Reply-To`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A whole mail (RFC 5322), in the place of subject, text and headers. */
  readonly raw?: string | undefined;
  /** How Inbound Parse posts it: taken apart (the default), or with the mail as it came. */
  readonly form?: 'parsed' | 'raw' | undefined;
}

/** The form that Inbound Parse posts. */
export interface InboundForm {
  readonly contentType: string;
  readonly body: Buffer;
}

/** Makes the form of a mail, with a boundary of its own each time, as SendGrid does. */
export function inboundForm(mail: InboundMailSettings, date: Date): InboundForm {
  const raw = mail.raw ?? written(mail, date);
  const end = raw.search(/\r?\n\r?\n/);
  const head = end === -1 ? raw : raw.slice(0, end);
  const common = {
    to: mail.to.join(', '),
    from: mail.from,
    subject: mail.subject ?? /^Subject: *(.*)$/im.exec(head)?.[1] ?? '',
    sender_ip: '192.0.2.1',
    SPF: 'pass',
    dkim: '{@example.org : pass}',
    envelope: JSON.stringify({ to: mail.to, from: mail.from }),
    charsets: JSON.stringify({ to: 'UTF-8', from: 'UTF-8', subject: 'UTF-8', text: 'UTF-8' }),
  };
  const text = mail.text ?? raw.slice(end).trimStart();
  return form(
    mail.form === 'raw'
      ? { ...common, email: raw }
      : { ...common, headers: head, text, attachments: '0' },
  );
}

function written(mail: InboundMailSettings, date: Date): string {
  const { from, to, subject = '', text = '', headers = {} } = mail;
  const lines = {
    Received: 'by mx.sendgrid.net with SMTP',
    From: from,
    To: to.join(', '),
    Subject: subject,
    'Message-ID': `<${randomUUID()}@mail.example.org>`,
    Date: date.toUTCString(),
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': '8bit',
    ...headers,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}`);
  return `${head.join('\r\n')}\r\n\r\n${text}\r\n`;
}

function form(fields: Readonly<Record<string, string>>): InboundForm {
  const boundary = `xYzZY${randomUUID()}`;
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.from(`${parts.join('')}--${boundary}--\r\n`),
  };
}
