import { z } from 'zod';
import { emailDomain, isEmailAddress, normalizeEmail } from '@cadenza/domain';
import { errorAnswer } from '../api-error.ts';
import type { Behaviours } from '../behaviour/rules.ts';
import type { Suppressions } from '../suppressions.ts';
import type { Route } from './route.ts';

const requestSchema = z.object({ email: z.string().min(1), source: z.string().optional() });

const ROLES: ReadonlySet<string> = new Set([
  'abuse',
  'admin',
  'help',
  'info',
  'postmaster',
  'sales',
  'support',
]);
const DISPOSABLE: ReadonlySet<string> = new Set([
  'mailinator.com',
  'guerrillamail.com',
  'yopmail.com',
]);
const MISSPELT: Readonly<Record<string, string | undefined>> = {
  'gmial.com': 'gmail.com',
  'gmai.com': 'gmail.com',
  'hotmial.com': 'hotmail.com',
  'yaho.com': 'yahoo.com',
};

/**
 * `POST /v3/validations/email`. An address that is sure to bounce is `Invalid`; a role, a
 * disposable domain, a likely misspelling or an earlier bounce makes it `Risky`. Domains that end
 * in `.invalid` (RFC 2606) have no mail server.
 */
export function validationRoutes(
  behaviours: Behaviours,
  suppressions: Suppressions,
): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v3/validations/email',
      handle({ body }) {
        const parsed = requestSchema.safeParse(body);
        if (!parsed.success) return errorAnswer(400, 'email is required', 'email');
        const { email, source } = parsed.data;
        const address = normalizeEmail(email);
        const wellFormed = isEmailAddress(address);
        const host = emailDomain(address);
        const local = address.slice(0, Math.max(0, address.lastIndexOf('@')));
        const checks = {
          has_valid_address_syntax: wellFormed,
          has_mx_or_a_record: wellFormed && !host.endsWith('.invalid'),
          is_suspected_disposable_address: DISPOSABLE.has(host),
        };
        const role = ROLES.has(local);
        const knownBounce = suppressions.get('bounces', address) !== undefined;
        const suspectedBounce = wellFormed && behaviours.of(address).hardBounce >= 1;
        const suggestion = MISSPELT[host];
        const invalid = !checks.has_mx_or_a_record || suspectedBounce;
        const risky =
          role || knownBounce || checks.is_suspected_disposable_address || suggestion !== undefined;
        const verdict = invalid ? 'Invalid' : risky ? 'Risky' : 'Valid';
        return {
          status: 200,
          body: {
            result: {
              email,
              verdict,
              score: { Invalid: 0.02, Risky: 0.5, Valid: 0.97 }[verdict],
              local,
              host,
              ...(suggestion !== undefined && { suggestion }),
              checks: {
                domain: checks,
                local_part: { is_suspected_role_address: role },
                additional: {
                  has_known_bounces: knownBounce,
                  has_suspected_bounces: suspectedBounce,
                },
              },
              ...(source !== undefined && { source: source.toUpperCase() }),
              ip_address: '127.0.0.1',
            },
          },
        };
      },
    },
  ];
}
