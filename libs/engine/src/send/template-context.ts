import type { Problem } from '@cadenza/domain';
import type { SendContext } from '../ports/sends.ts';

/** A person's name; empty where none is known. */
export function fullName({ contact }: Pick<SendContext, 'contact'>): string {
  return [contact.firstName, contact.lastName].filter((part) => part !== null).join(' ');
}

/** What templates can print. A value that is not known is left out, so that it counts as missing. */
export function templateContext(context: SendContext) {
  const { contact, lead, sender, channel, toAddress } = context;
  return {
    contact: known({
      ...contact,
      email: channel === 'email' ? toAddress : null,
      fullName: fullName(context) || null,
      company: lead?.name ?? null,
      timezone: context.timezone,
    }),
    lead: lead === null ? {} : known(lead),
    sender: channel === 'email' ? known(sender) : { name: sender.name },
    campaign: { name: context.campaignName },
  };
}

function known(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Why something could not be rendered, in words. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems
    .slice(0, 5)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ');
}
