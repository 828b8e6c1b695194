import { isEmailAddress, normalizeEmail } from '@cadenza/domain';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Activity } from '../activity.ts';
import { errorAnswer } from '../api-error.ts';
import type { Route } from './route.ts';

/** What SendGrid takes in one job. */
const MOST_ADDRESSES = 5_000;
const MOST_BYTES = 256 * 1024;

const jobSchema = z.object({ email_addresses: z.array(z.string()).min(1) });

/** Erasing recipients from the activity; which were, the control endpoint tells. */
export function erasureRoutes(activity: Activity): readonly Route[] {
  const erased = new Set<string>();
  let jobs = 0;
  return [
    {
      method: 'POST',
      path: '/v3/recipients/erasejob',
      handle({ body }) {
        const wanted = jobSchema.safeParse(body);
        if (!wanted.success || JSON.stringify(body).length > MOST_BYTES) {
          return errorAnswer(400, 'email_addresses must be a list of addresses', 'email_addresses');
        }
        const emails = wanted.data.email_addresses.map(normalizeEmail);
        if (emails.length > MOST_ADDRESSES || !emails.every(isEmailAddress)) {
          return errorAnswer(400, 'email_addresses must be valid, 5000 at most', 'email_addresses');
        }
        for (const email of emails) {
          activity.erase(email);
          erased.add(email);
        }
        jobs += 1;
        return { status: 202, body: { job_id: randomUUID() } };
      },
    },
    {
      method: 'GET',
      path: '/_emulator/erased',
      handle: () => ({ status: 200, body: { jobs, emails: [...erased] } }),
    },
  ];
}
