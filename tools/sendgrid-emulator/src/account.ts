import { emailDomain, normalizeEmail } from '@cadenza/domain';

/** A single sender that SendGrid asked to confirm its address. */
export interface VerifiedSender {
  readonly id: number;
  readonly nickname: string;
  readonly from_email: string;
  readonly from_name: string;
  readonly reply_to: string;
  readonly reply_to_name: string;
  readonly address: string;
  readonly city: string;
  readonly country: string;
  verified: boolean;
  readonly locked: boolean;
}

/** An authenticated domain. */
export interface SenderDomain {
  readonly id: number;
  readonly domain: string;
  valid: boolean;
}

/** What a test or an operator changes while the emulator runs. */
export interface AccountSettings {
  /** Mails left; null means any number. At 0 a send is refused with 401. */
  readonly credits?: number | null;
  /** Whether the paid activity add-on was bought; without it `/v3/messages` answers 403. */
  readonly activityAddOn?: boolean;
  /** Whether the key may read Email Logs; otherwise `/v3/logs` answers 403. */
  readonly emailLogs?: boolean;
  /** How long it takes until a message or an event can be looked up, campaign milliseconds. */
  readonly indexingLagMs?: number;
  /** What the keys say they may do; nothing is refused for want of one. All by default. */
  readonly scopes?: readonly string[];
  /** What the settings of the event webhook say; what is sent is not changed by it. */
  readonly eventWebhook?: Partial<EventWebhookState>;
}

/** The event webhook as the account's settings show it. */
export interface EventWebhookState {
  readonly enabled: boolean;
  readonly signed: boolean;
  /** Events that it is not told to send. */
  readonly without: readonly string[];
  /** Null where it fetches no token. */
  readonly oauthClientId: string | null;
}

/** Of a key with full access, those that Cadenza needs. */
const ALL_SCOPES = [
  'mail.send',
  'messages.read',
  'suppression.bounces.delete',
  'user.webhooks.event.settings.read',
  'whitelabel.read',
];

/** The emulated account: keys, credits, senders. */
export interface Account {
  credits: number | null;
  activityAddOn: boolean;
  emailLogs: boolean;
  indexingLagMs: number;
  scopes: readonly string[];
  eventWebhook: EventWebhookState;
  readonly senders: VerifiedSender[];
  readonly domains: SenderDomain[];
  configure(settings: AccountSettings): void;
  authorizes(authorization: string | undefined): boolean;
  /** Whether mail from the address is taken: a verified sender, or an authenticated domain. */
  maySendFrom(address: string): boolean;
  addSender(details: Partial<Omit<VerifiedSender, 'id'>> & { from_email: string }): VerifiedSender;
  addDomain(domain: string, valid: boolean): SenderDomain;
  /** Does what the owner of the address does with the confirmation mail. */
  verifySender(address: string): void;
  /** Does what DNS does once the records are there. */
  verifyDomain(domain: string): void;
}

export function createAccount(setup: {
  readonly apiKeys: readonly string[];
  readonly verifiedSenders: readonly string[];
  readonly verifiedDomains: readonly string[];
  readonly settings: AccountSettings;
}): Account {
  const keys = new Set(setup.apiKeys.map((key) => `Bearer ${key}`));
  const allowed = new Set<string>();
  const account: Account = {
    credits: null,
    activityAddOn: true,
    emailLogs: true,
    indexingLagMs: 0,
    scopes: ALL_SCOPES,
    eventWebhook: { enabled: true, signed: true, without: [], oauthClientId: null },
    senders: [],
    domains: [],
    configure(settings) {
      if (settings.credits !== undefined) account.credits = settings.credits;
      account.activityAddOn = settings.activityAddOn ?? account.activityAddOn;
      account.emailLogs = settings.emailLogs ?? account.emailLogs;
      account.indexingLagMs = settings.indexingLagMs ?? account.indexingLagMs;
      account.scopes = settings.scopes ?? account.scopes;
      account.eventWebhook = { ...account.eventWebhook, ...settings.eventWebhook };
    },
    authorizes: (authorization) => authorization !== undefined && keys.has(authorization),
    maySendFrom(address) {
      // A sender can be verified while the emulator runs, but is never taken back.
      if (allowed.has(address)) return true;
      const email = normalizeEmail(address);
      const domain = emailDomain(email);
      const may =
        account.domains.some((item) => item.valid && item.domain === domain) ||
        account.senders.some((item) => item.verified && item.from_email === email);
      if (may) allowed.add(address);
      return may;
    },
    addSender(details) {
      const email = normalizeEmail(details.from_email);
      const sender: VerifiedSender = {
        nickname: email,
        from_name: '',
        reply_to: email,
        reply_to_name: '',
        address: '',
        city: '',
        country: '',
        verified: false,
        locked: false,
        ...details,
        id: 1 + account.senders.length,
        from_email: email,
      };
      account.senders.push(sender);
      return sender;
    },
    addDomain(domain, valid) {
      const entry = { id: 1 + account.domains.length, domain: domain.toLowerCase(), valid };
      account.domains.push(entry);
      return entry;
    },
    verifySender(address) {
      const email = normalizeEmail(address);
      const sender =
        account.senders.find((item) => item.from_email === email) ??
        account.addSender({ from_email: email });
      sender.verified = true;
    },
    verifyDomain(domain) {
      const entry =
        account.domains.find((item) => item.domain === domain.toLowerCase()) ??
        account.addDomain(domain, true);
      entry.valid = true;
    },
  };
  for (const email of setup.verifiedSenders)
    account.addSender({ from_email: email, verified: true });
  for (const domain of setup.verifiedDomains) account.addDomain(domain, true);
  account.configure(setup.settings);
  return account;
}
