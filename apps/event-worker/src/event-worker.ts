import { setTimeout as delay } from 'node:timers/promises';
import type {
  AddressValidator,
  BlobStore,
  DataEraser,
  MailDns,
  MessageLookup,
  ProviderLists,
  RateLimiter,
  StandIn,
} from '@cadenza/domain';
import {
  applyRetention,
  checkAddresses,
  countNewLimits,
  createBatcher,
  dispatchSends,
  dispatchTimeouts,
  endFinished,
  fireTimeouts,
  processDeliveries,
  processInbound,
  rebuildLimiter,
  reconcile,
  sweep,
  sweepOrphanBlobs,
  type DeliveryProvider,
  type DeliveryRef,
  type ParsedDelivery,
} from '@cadenza/engine';
import { startConsumer, type ConsumerOptions, type QueueLogger } from '@cadenza/queue';
import { startPeriodic, type Periodic, type Runtime } from '@cadenza/runtime';
import { parseDelivery, readInboundForm } from '@cadenza/sendgrid';
import { parseSmsDelivery } from '@cadenza/sms-dev';
import type { Metrics } from '@cadenza/telemetry';
import { createClosedLimiterWatch } from './closed-limiter.ts';
import { startDelivering, type DeliveringOptions } from './delivering.ts';
import { startEnrolling } from './enrolling.ts';
import { REDACT, startErasing } from './erasing.ts';
import { startGuarding } from './guarding.ts';
import { startSyncing } from './sync-suppressions.ts';
import type { Watchdog } from './watchdog.ts';

export interface EventWorkerOptions {
  readonly runtime: Runtime;
  readonly limiter: RateLimiter;
  readonly log: QueueLogger;
  readonly metrics: Metrics;
  /** Real milliseconds between rounds of the dispatcher. */
  readonly dispatchIntervalMs: number;
  /** Real milliseconds between sweeps. */
  readonly sweepIntervalMs: number;
  /** Real milliseconds after a deadline at which a hand-off's worker has given up. */
  readonly answerGraceMs: number;
  /** Real milliseconds after a deadline at which an unknown hand-off is looked up first. */
  readonly lookUpAfterMs: number;
  /** Null: nothing is looked up, and unknown messages wait for events and operators alone. */
  readonly lookup: MessageLookup | null;
  /** Null: suppressions are not kept in step with the provider's lists. */
  readonly lists: ProviderLists | null;
  /** Real milliseconds between two syncs with them, of all processes together. */
  readonly suppressionSyncIntervalMs: number;
  /** Whole months before the present one whose events stay online, and stay at all; null: all. */
  readonly partitions: { readonly monthsOnline: number | null; readonly monthsKept: number | null };
  /** Whole months for which deliveries are kept that belong to no tenant; null: for ever. */
  readonly sharedDeliveryMonths: number | null;
  readonly addresses: {
    /** Null: DNS is not asked about addresses. */
    readonly dns: MailDns | null;
    /** Null: SendGrid is not asked about addresses. */
    readonly validator: AddressValidator | null;
    /** Domains whose addresses are thrown away. */
    readonly disposable: ReadonlySet<string>;
    /** Real milliseconds after which what was found out expires. */
    readonly keptMs: number;
    /** Real milliseconds after which a domain that was not found is looked for again. */
    readonly confirmMs: number;
  };
  /** Where inbound mail is kept. */
  readonly blobs: BlobStore;
  /** Secrets of the addresses that inbound mail comes to, by key id. */
  readonly addressKeys: Readonly<Record<string, string>>;
  /** What is kept of addresses whose person was erased. */
  readonly standIn: StandIn;
  /** Null: SendGrid is not asked to erase anybody. */
  readonly eraser: DataEraser | null;
  /** Webhooks that go out to tenants. */
  readonly webhooks: Pick<
    DeliveringOptions,
    'sender' | 'openSecret' | 'feedDays' | 'disableAfterDays' | 'leaseMs'
  >;
  /** Is told how late the oldest due step is. */
  readonly watchdog: Watchdog;
  /** How long a job belongs to its worker; the queue's own defaults where it says nothing. */
  readonly queue?: Pick<ConsumerOptions, 'lockDurationMs' | 'stalledIntervalMs'>;
  /**
   * Real milliseconds that a dispatched job may take to be worked, before it is planned again;
   * 30,000 by default. Shorter finds lost jobs sooner, and plans jobs twice that only wait.
   */
  readonly leaseMs?: number;
  /** Real milliseconds before a delivery that nobody has processed is handed on; 10,000. */
  readonly deliveryGraceMs?: number;
}

export interface EventWorker {
  /** Ends the periodic work, takes no more jobs, waits. @returns whether all ended in time. */
  close(timeoutMs: number): Promise<boolean>;
}

/** Jobs of timers worked at once. */
const CONCURRENCY = 8;
/** Deliveries processed together, and how often at once. */
const DELIVERIES = { size: 32, concurrency: 2 };
/** Inbound mails processed at once: each may be held whole, with its attachments. */
const INBOUND_CONCURRENCY = 2;
/**
 * Actions of one round of the dispatcher, of one lane's share in it, and sends that may be
 * dispatched and not begun at any time: what workers have done in a second or two, so that whoever
 * comes last does not wait for longer, and the queue stays below 1,000.
 */
const ROUND = { limit: 400, perLane: 100, maxOutstanding: 600 };
/**
 * Real milliseconds after a round while there is work, or the queue is full of it: workers make room
 * for more all the time, and a round costs little more for a hundred than for one.
 */
const BUSY_PAUSE_MS = 200;
/** Real milliseconds between two looks at how late the oldest due step is: an alarm of many seconds. */
const LAG_INTERVAL_MS = 1_000;
/** Real milliseconds after the last round with work for which more is looked for at that pace. */
const BUSY_FOR_MS = 1_000;
/** Real milliseconds before its time at which a send is claimed: a few rounds. */
const LEAD_REAL_MS = 2_000;
/** Real milliseconds a dispatched job may take to be worked, before it is planned again. */
const LEASE_MS = 30_000;
/** How far ahead slots may lie: long enough to plan some at once, and short, as they fill the queue. */
const HORIZON_MS = 10_000;
const HORIZON_REAL_MS = 2_000;
/** Timers of one round, and those that may be dispatched and not fired: some seconds of work. */
const TIMERS = { limit: 2_000, maxOutstanding: 10_000 };
const DELIVERY_GRACE_MS = 10_000;
const SWEEP_LIMIT = 1_000;
/**
 * Real milliseconds between two looks for limits that are not counted yet. Each count takes back the
 * slots of the rounds beside it, so one that fails must leave others time to send.
 */
const COUNT_INTERVAL_MS = 1_000;
const PARTITIONS_INTERVAL_MS = 3_600_000;
/** Rows that a round of retention deletes of one kind, and of one tenant, at most. */
const RETENTION_LIMIT = 20_000;
const READINGS_INTERVAL_MS = 15_000;
/** Files that nothing names are deleted when they are a day old; looking goes through all of them. */
const ORPHAN_BLOBS = { intervalMs: 86_400_000, olderThanMs: 86_400_000 };
/** What is not folded yet is counted by whoever reads, so that it matters only how much that is. */
const ROLL_UPS = { intervalMs: 5_000, limit: 20_000 };
/** Rows of where people stand, and how often a campaign is told of at most. */
const COUNTS = { intervalMs: 1_000, limit: 20_000 };
/** Real milliseconds between two looks for tables that have begun to fill. */
const STATISTICS_INTERVAL_MS = 2_000;
/** Answers to idempotent requests, and sessions, past their time, that are deleted at once. */
const ENDED_LIMIT = 1_000;
/** Addresses checked in one round, questions that are asked at once, and the time it may take. */
const ADDRESSES = { limit: 500, concurrency: 16, leaseMs: 600_000 };
/** Unknown messages looked up in one round, and the time that a round may take. */
const LOOK_UP = { limit: 100, leaseMs: 300_000 };

/**
 * Works the queues `webhook-process`, `inbound-process` and `outreach-timeout`, and does the periodic
 * work.
 */
export async function startEventWorker(options: EventWorkerOptions): Promise<EventWorker> {
  const { runtime, limiter, log, metrics } = options;
  const { store, plans, clock, queues, graceMs } = runtime;
  const { leaseMs = LEASE_MS, deliveryGraceMs = DELIVERY_GRACE_MS } = options;
  const consuming = {
    ...options.queue,
    backend: runtime.backend,
    log,
    concurrency: CONCURRENCY,
  };
  const report = (what: string) => (err: unknown) => log.error({ err }, `${what} failed`);

  const watch = createClosedLimiterWatch({ log, monotonic: () => performance.now() });

  const { standIn } = options;
  const erasing = { standIn, redact: REDACT };
  const deliveries = createBatcher(
    (refs: readonly DeliveryRef[]) =>
      processDeliveries(refs, { store, plans, clock, graceMs, parse, erasing }),
    DELIVERIES,
  );
  const consumers = await Promise.all([
    startConsumer(
      'webhook-process',
      async ({ deliveryId, tenantId = null }) => {
        const outcome = await deliveries.add({ id: deliveryId, tenantId });
        if (!outcome.ok) throw outcome.error;
        for (const [type, count] of Object.entries(outcome.result.byType)) {
          metrics.events.inc({ type }, count);
        }
        return 'done';
      },
      { ...consuming, concurrency: DELIVERIES.size * DELIVERIES.concurrency },
    ),
    startConsumer(
      'inbound-process',
      async ({ deliveryId, tenantId = null }) => {
        const ref = { id: deliveryId, tenantId };
        const result = await processInbound(ref, {
          store,
          plans,
          clock,
          graceMs,
          blobs: options.blobs,
          read: readInboundForm,
          addressKeys: options.addressKeys,
          standIn,
        });
        const { outcome } = result;
        if (outcome === 'recorded') metrics.inbound.inc({ outcome, kind: result.kind });
        else metrics.inbound.inc({ outcome, kind: '' });
        if (outcome === 'quarantined') {
          log.warn({ deliveryId, reason: result.reason }, 'an inbound mail was put aside');
        }
        return 'done';
      },
      { ...consuming, concurrency: INBOUND_CONCURRENCY },
    ),
    startConsumer(
      'outreach-timeout',
      async ({ actions }, { jobId }) => {
        await fireTimeouts(actions, { store, plans, clock, graceMs, jobId });
        return 'done';
      },
      consuming,
    ),
  ]);

  let busyUntil = 0;
  let stopping = false;
  const periodic = [
    startPeriodic(
      async () => {
        const oldest = await store.oldestDueAction();
        const lagMs = oldest === null ? 0 : Math.max(0, clock.now() - oldest);
        metrics.dispatchLag.set(lagMs / 1_000);
        options.watchdog.observe(lagMs / clock.rate);
        return false;
      },
      LAG_INTERVAL_MS,
      report('looking for the oldest due step'),
    ),
    startPeriodic(
      async () => {
        const round = await dispatchSends({
          store,
          limiter,
          publisher: queues,
          plans,
          clock,
          graceMs,
          ...ROUND,
          leadMs: LEAD_REAL_MS * clock.rate,
          horizonMs: Math.max(HORIZON_MS, HORIZON_REAL_MS * clock.rate),
          leaseMs,
        });
        watch.observe(round);
        const { dispatched, refusedBy } = round;
        for (const [scope, count] of Object.entries(refusedBy)) {
          metrics.slotsRefused.inc({ scope }, count);
        }
        if (dispatched > 0) busyUntil = performance.now() + BUSY_FOR_MS;
        const busy = performance.now() < busyUntil;
        if (busy) await delay(Math.min(BUSY_PAUSE_MS, options.dispatchIntervalMs));
        return busy;
      },
      options.dispatchIntervalMs,
      report('dispatching sends'),
    ),
    startPeriodic(
      async () => {
        const dispatched = await dispatchTimeouts({
          store,
          publisher: queues,
          ...TIMERS,
          leaseMs,
        });
        return dispatched === TIMERS.limit;
      },
      options.dispatchIntervalMs,
      report('dispatching time-outs'),
    ),
    startPeriodic(
      async () => {
        await rebuildLimiter({ store, limiter, clock });
        return false;
      },
      options.dispatchIntervalMs,
      report('rebuilding the limiter'),
    ),
    startPeriodic(
      async () => {
        await countNewLimits({ store, limiter, clock });
        return false;
      },
      COUNT_INTERVAL_MS,
      report('counting new limits'),
    ),
    startPeriodic(
      async () => {
        await sweep({
          store,
          publisher: queues,
          clock,
          answerGraceMs: options.answerGraceMs,
          lookUpAfterMs: options.lookUpAfterMs,
          deliveryGraceMs,
          limit: SWEEP_LIMIT,
        });
        return false;
      },
      options.sweepIntervalMs,
      report('sweeping'),
    ),
    ...(options.lookup === null
      ? []
      : [startReconciling({ ...options, lookup: options.lookup }, report('looking messages up'))]),
    ...(options.lists === null
      ? []
      : [startSyncing({ ...options, lists: options.lists }, report('syncing suppressions'))]),
    startPeriodic(
      async () => {
        await store.ensureEventPartitions(clock.now());
        return false;
      },
      PARTITIONS_INTERVAL_MS / clock.rate,
      report('making event partitions'),
    ),
    startPeriodic(
      async () => {
        const { monthsOnline, monthsKept } = options.partitions;
        if (monthsOnline === null && monthsKept === null) return false;
        const round = await store.alone('detach event partitions', async () => ({
          detached: monthsOnline === null ? null : await store.detachEventPartition(monthsOnline),
          dropped: monthsKept === null ? null : await store.dropEventPartition(monthsKept),
        }));
        return round !== null && (round.detached !== null || round.dropped !== null);
      },
      PARTITIONS_INTERVAL_MS / clock.rate,
      report('detaching event partitions'),
    ),
    startPeriodic(
      async () => {
        const { sharedDeliveryMonths } = options;
        const round = await store.alone('apply retention', () =>
          applyRetention({
            store,
            blobs: options.blobs,
            sharedDeliveryMonths,
            limit: RETENTION_LIMIT,
          }),
        );
        return round?.more === true;
      },
      PARTITIONS_INTERVAL_MS / clock.rate,
      report('applying retention'),
    ),
    startPeriodic(
      async () => {
        const round = await store.alone('fold roll-ups', async () => ({
          events: await store.foldEventRollUps(ROLL_UPS.limit),
        }));
        return round?.events === ROLL_UPS.limit;
      },
      ROLL_UPS.intervalMs,
      report('folding roll-ups'),
    ),
    startPeriodic(
      async () => {
        await store.alone('analyze tables', async () => ({
          analyzed: await store.analyzeGrownTables(),
        }));
        return false;
      },
      STATISTICS_INTERVAL_MS,
      report('analyzing tables'),
    ),
    startPeriodic(
      async () => {
        const { limit, intervalMs } = COUNTS;
        const round = await store.alone('fold enrollment counts', async () => ({
          folded: await store.foldEnrollmentCounts(limit, intervalMs),
        }));
        return round?.folded === limit;
      },
      COUNTS.intervalMs,
      report('folding enrollment counts'),
    ),
    startPeriodic(
      async () => {
        const round = await store.alone('forget what has ended', async () => ({
          answers: await store.deleteExpiredAnswers(ENDED_LIMIT),
          sessions: await store.deleteEndedSessions(ENDED_LIMIT),
        }));
        return round?.answers === ENDED_LIMIT || round?.sessions === ENDED_LIMIT;
      },
      options.sweepIntervalMs,
      report('forgetting answers and sessions'),
    ),
    startPeriodic(
      async () => {
        const round = await checkAddresses({
          store,
          stopping: () => stopping,
          ...options.addresses,
          ...ADDRESSES,
        });
        const { claimed, checked, doubted, postponed, failure } = round;
        for (const [verdict, count] of Object.entries({ ...checked, doubted, postponed })) {
          metrics.addresses.inc({ verdict }, count);
        }
        if (failure !== null) log.warn({ postponed, failure }, 'not all addresses were checked');
        return claimed === ADDRESSES.limit;
      },
      options.sweepIntervalMs,
      report('checking addresses'),
    ),
    startGuarding({ store, log, metrics }, report('judging senders')),
    startPeriodic(
      async () => {
        const olderThanMs = Date.now() - ORPHAN_BLOBS.olderThanMs;
        await store.alone('sweep orphan files', async () => ({
          deleted: await sweepOrphanBlobs({ store, blobs: options.blobs, olderThanMs }),
        }));
        return false;
      },
      ORPHAN_BLOBS.intervalMs,
      report('sweeping orphan files'),
    ),
    startPeriodic(
      async () => {
        const round = await store.alone('end finished campaigns', () =>
          endFinished({ store, plans, now: () => clock.now(), graceMs }),
        );
        return round?.more === true;
      },
      COUNTS.intervalMs,
      report('ending the people of finished campaigns'),
    ),
    startEnrolling({ ...options, stopping: () => stopping }, report('enrolling audiences')),
    startErasing({ ...options, store, stopping: () => stopping }, report('erasing people')),
    startPeriodic(
      async () => {
        metrics.unknownMessages.set(await store.countUnknownMessages());
        metrics.doubledHandOffs.set(await store.countDoubledHandOffs());
        for (const [queue, { waiting, active, delayed }] of Object.entries(await queues.depths())) {
          metrics.queueDepth.set({ queue, state: 'waiting' }, waiting);
          metrics.queueDepth.set({ queue, state: 'active' }, active);
          metrics.queueDepth.set({ queue, state: 'delayed' }, delayed);
        }
        return false;
      },
      READINGS_INTERVAL_MS,
      report('reading what the metrics show'),
    ),
  ];

  const delivering = startDelivering({ ...options.webhooks, store, log, metrics }, report);

  return {
    async close(timeoutMs) {
      stopping = true;
      await Promise.all([...periodic.map((one) => one.stop()), delivering.stop()]);
      const ended = await Promise.all(consumers.map((consumer) => consumer.close(timeoutMs)));
      return ended.every(Boolean);
    },
  };
}

/** A delivery in its provider's form. */
function parse(payload: Buffer, provider: DeliveryProvider): ParsedDelivery {
  return provider === 'sms-dev' ? parseSmsDelivery(payload) : parseDelivery(payload);
}

function startReconciling(
  {
    runtime,
    lookup,
    log,
    metrics,
    sweepIntervalMs,
  }: EventWorkerOptions & { readonly lookup: MessageLookup },
  onError: (error: unknown) => void,
): Periodic {
  return startPeriodic(
    async () => {
      const result = await reconcile({ ...runtime, lookup, ...LOOK_UP });
      const { asked, accepted, resent, held, failure } = result;
      if (failure !== null) log.warn({ asked, failure }, 'not all unknown messages were looked up');
      for (const [outcome, count] of Object.entries({ accepted, resent, held })) {
        metrics.lookedUp.inc({ outcome }, count);
      }
      return asked === LOOK_UP.limit;
    },
    sweepIntervalMs,
    onError,
  );
}
