import type { HandOffDeadline, OutboundMail } from '@cadenza/domain';

export const TENANT = '0190f2b0-0000-7000-8000-000000000001';
export const MESSAGE = '0190f2b0-0000-7000-8000-000000000002';

export function mail(change: Partial<OutboundMail> = {}): OutboundMail {
  return {
    reference: { tenantId: TENANT, messageId: MESSAGE, attempt: 1 },
    from: { email: 'sales@sender.example', name: 'Sam Sender' },
    to: { email: 'ann.lee@example.com', name: 'Ann Lee' },
    subject: 'Hello',
    html: '<p>Hello {{name}}</p>',
    text: 'Hello',
    headers: {},
    openTracking: true,
    clickTracking: true,
    ...change,
  };
}

/** A deadline that lies so many milliseconds ahead on both clocks. */
export function within(ms: number): HandOffDeadline {
  return { monotonic: performance.now() + ms, wall: Date.now() + ms };
}

/** Resolvable from outside: the signal with which a test goes on. */
export function signal<T = void>() {
  return Promise.withResolvers<T>();
}
