import type { AddressInfo } from 'node:net';
import type { Clock, ClockSetting } from '@cadenza/domain';
import { createAccount, type Account, type AccountSettings } from './account.ts';
import { createActivity } from './activity.ts';
import { adjustableClock, type AdjustableClock } from './adjustable-clock.ts';
import { accountRoutes } from './api/account.ts';
import { activityRoutes } from './api/activity.ts';
import { controlRoutes, type IdleReport } from './api/control.ts';
import { senderRoutes } from './api/senders.ts';
import { sendingRoutes } from './api/sending.ts';
import { erasureRoutes } from './api/erasure.ts';
import { suppressionRoutes } from './api/suppressions.ts';
import { validationRoutes } from './api/validation.ts';
import { DEFAULT_PROFILE } from './behaviour/profile.ts';
import { createBehaviours, type Behaviours, type BehaviourSettings } from './behaviour/rules.ts';
import { createFaults, type Faults } from './faults.ts';
import { createIdleSignal } from './idle-signal.ts';
import { createInboundParse, type InboundParse } from './inbound/inbound-parse.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createMailEndpoint } from './mail-endpoint.ts';
import { createMailroom } from './mailroom.ts';
import { createScheduledSends } from './scheduled-sends.ts';
import { createScheduler } from './scheduler.ts';
import { createHttpServer } from './server.ts';
import { createSuppressions, type Suppressions } from './suppressions.ts';
import { DEFAULT_WEBHOOK, withWebhook, type WebhookSettings } from './webhook/options.ts';
import { createSigner } from './webhook/signer.ts';
import { createWebhook, type EventWebhook } from './webhook/webhook.ts';

/** The key that an emulator takes unless it is given others. */
export const EMULATOR_API_KEY = 'SG.emulator.key';

export interface EmulatorOptions {
  /** 0 (default) takes a free port. The address is always 127.0.0.1. */
  readonly port?: number;
  /** Decides every recipient's behaviour, and every fault's and copy's luck; `cadenza`. */
  readonly seed?: string;
  /** The shared clock or its setting; real time by default. */
  readonly clock?: Clock | ClockSetting;
  /** Keys that are taken; only `EMULATOR_API_KEY` by default. */
  readonly apiKeys?: readonly string[];
  readonly verifiedSenders?: readonly string[];
  /** Authenticated domains; `example.com`, `example.org` and `example.net` by default. */
  readonly verifiedDomains?: readonly string[];
  readonly account?: AccountSettings;
  readonly behaviour?: Partial<BehaviourSettings>;
  readonly webhook?: WebhookSettings;
  /** A P-256 key in PEM form with which events are signed; a new one by default. */
  readonly webhookPrivateKey?: string;
  /**
   * `full` (default) keeps every entry; `counts` keeps numbers only, for benches, and refuses
   * activity look-ups.
   */
  readonly ledger?: 'full' | 'counts';
  /**
   * Whether anything happens to a mail after it was accepted; true by default. Without, there is
   * nothing for a webhook either: for benches of sending alone.
   */
  readonly events?: boolean;
  /** A file to which entries are appended as they come. */
  readonly ledgerFile?: string;
}

/** A running emulator. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** The webhook's public key: base64 of its DER form (SPKI), as SendGrid shows it. */
  readonly publicKey: string;
  readonly clock: AdjustableClock;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly account: Account;
  readonly suppressions: Suppressions;
  readonly behaviours: Behaviours;
  readonly webhook: Pick<EventWebhook, 'configure' | 'options' | 'undelivered'>;
  readonly inbound: Pick<InboundParse, 'receive'>;
  /**
   * Resolves when nothing is pending and every delivery is acknowledged or given up. Rejects when
   * the emulator is closed before.
   */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a SendGrid on a local port.
 *
 * @throws InvalidInputError for a behaviour out of range or a webhook address that is none, TypeError for a key not on P-256.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const seed = options.seed ?? 'cadenza';
  const clock = adjustableClock(options.clock ?? { rate: 1, realBase: 0, campaignBase: 0 });
  const signer = createSigner(options.webhookPrivateKey);
  const behaviours = createBehaviours(
    { rules: [], profile: {}, addressWords: true, ...options.behaviour },
    DEFAULT_PROFILE,
  );
  const account = createAccount({
    apiKeys: options.apiKeys ?? [EMULATOR_API_KEY],
    verifiedSenders: options.verifiedSenders ?? [],
    verifiedDomains: options.verifiedDomains ?? ['example.com', 'example.org', 'example.net'],
    settings: options.account ?? {},
  });
  const ledger = createLedger(options.ledger ?? 'full', options.ledgerFile);
  const faults = createFaults(seed);
  const suppressions = createSuppressions();
  const scheduledSends = createScheduledSends();
  const activity = createActivity(ledger.mode === 'full');
  const idleSignal = createIdleSignal(() => idleReport().idle);
  const scheduler = createScheduler(clock, idleSignal.check);
  clock.onChange(scheduler.wake);
  const webhook = createWebhook({
    initial: withWebhook(DEFAULT_WEBHOOK, options.webhook ?? {}),
    seed,
    clock,
    scheduler,
    signer,
    ledger,
    onSettled: idleSignal.check,
  });
  const inbound = createInboundParse({ clock, signer });
  const mailroom = createMailroom({
    seed,
    clock,
    scheduler,
    behaviours,
    suppressions,
    scheduledSends,
    activity,
    webhook,
    ledger,
    events: options.events ?? true,
  });

  function idleReport(): IdleReport {
    const pending = scheduler.size;
    const { undelivered } = webhook;
    return { idle: pending + undelivered === 0, pending, undelivered, nextAt: scheduler.next() };
  }

  const server = createHttpServer({
    account,
    faults,
    mail: createMailEndpoint({ account, clock, ledger, mailroom }),
    routes: [
      ...suppressionRoutes(suppressions, clock),
      ...erasureRoutes(activity),
      ...senderRoutes(account),
      ...accountRoutes(account, {
        url: () => webhook.options.url,
        publicKey: signer.publicKey,
      }),
      ...activityRoutes(activity, account, clock),
      ...sendingRoutes(scheduledSends),
      ...validationRoutes(behaviours, suppressions),
      ...controlRoutes({
        info: () => ({ url: url(), publicKey: signer.publicKey, seed }),
        clock,
        faults,
        ledger,
        webhook,
        inbound,
        account,
        behaviours,
        idleReport,
        idle: idleSignal.wait,
      }),
    ],
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  return {
    url: url(),
    publicKey: signer.publicKey,
    clock,
    ledger,
    faults,
    account,
    suppressions,
    behaviours,
    webhook,
    inbound,
    idle: idleSignal.wait,
    async close() {
      scheduler.close();
      webhook.close();
      inbound.close();
      idleSignal.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await ledger.close();
    },
  };
}
