import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; from a fast statement to a slow provider. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The metrics of one process, in a registry of their own. Labels take values of small closed
 * lists only: no tenant, no campaign, no address. Detail belongs into the log.
 */
export interface Metrics {
  /** Requests answered, in seconds. `route` is the pattern, never the path. */
  readonly httpSeconds: Histogram<'method' | 'route' | 'status'>;
  /** Jobs handled, in seconds. `result`: done, failed. */
  readonly jobSeconds: Histogram<'queue' | 'result'>;
  /** Jobs in a queue. `state`: waiting, active, delayed. */
  readonly queueDepth: Gauge<'queue' | 'state'>;
  /** Calls of the provider, in seconds. `outcome`: accepted, rejected, not_handed_off, unknown. */
  readonly handOffSeconds: Histogram<'outcome'>;
  /** Answers to words by text message handed over, by the same outcomes. */
  readonly smsAnswers: Counter<'outcome'>;
  /** Messages kept back. `gate`: paused, window, slot, late, suppressed and so on. */
  readonly gated: Counter<'gate'>;
  /** Follow-ups without the headers of their thread: the earlier Message-ID was not known. */
  readonly unthreaded: Counter;
  /** Messages of all tenants whose fate is not known now. */
  readonly unknownMessages: Gauge;
  /** Unknown messages whose fate was looked up. `outcome`: accepted, resent, held. */
  readonly lookedUp: Counter<'outcome'>;
  /** Messages accepted twice, since one attempt was taken for lost and was not: policy `resend`. */
  readonly doubledHandOffs: Gauge;
  /** Events taken in, by our word for their type. */
  readonly events: Counter<'type'>;
  /**
   * Inbound mails processed. `outcome`: recorded, with its `kind`, duplicate, quarantined, or gone,
   * when it had been processed already.
   */
  readonly inbound: Counter<'outcome' | 'kind'>;
  /** Seconds by which the oldest due step is late that was not dispatched: the watchdog's figure. */
  readonly dispatchLag: Gauge;
  /** Slots refused, by the scope that refused: sender, tenant, domain, global; limiter: closed. */
  readonly slotsRefused: Counter<'scope'>;
  /** Addresses checked. `verdict`: valid, risky, invalid, unchecked, postponed. */
  readonly addresses: Counter<'verdict'>;
  /** The highest rate of a sender judged last, 0 to 1. `kind`: bounce, complaint. */
  readonly worstRate: Gauge<'kind'>;
  /** Pauses by rates that are too high. `scope`: sender, domain, tenant; `level`: pause, stop. */
  readonly guardPauses: Counter<'scope' | 'level'>;
  /** Attempts to send webhooks. `outcome`: delivered, refused, timeout, unreachable, forbidden_address. */
  readonly webhooks: Counter<'outcome'>;
  /** All metrics in the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics({ app }: { readonly app: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    httpSeconds: new Histogram({
      name: 'cadenza_http_seconds',
      help: 'Requests answered, in seconds',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'cadenza_job_seconds',
      help: 'Jobs handled, in seconds',
      labelNames: ['queue', 'result'],
      buckets: SECONDS,
      registers,
    }),
    queueDepth: new Gauge({
      name: 'cadenza_queue_jobs',
      help: 'Jobs in a queue',
      labelNames: ['queue', 'state'],
      registers,
    }),
    handOffSeconds: new Histogram({
      name: 'cadenza_hand_off_seconds',
      help: 'Calls of the mail provider, in seconds',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    }),
    smsAnswers: new Counter({
      name: 'cadenza_sms_answers_total',
      help: 'Answers to words by text message, by what the provider made of them',
      labelNames: ['outcome'],
      registers,
    }),
    gated: new Counter({
      name: 'cadenza_gated_total',
      help: 'Messages that a gate kept from being handed over',
      labelNames: ['gate'],
      registers,
    }),
    unthreaded: new Counter({
      name: 'cadenza_unthreaded_total',
      help: 'Follow-ups without the headers of their thread',
      registers,
    }),
    unknownMessages: new Gauge({
      name: 'cadenza_unknown_messages',
      help: 'Messages whose fate is not known',
      registers,
    }),
    inbound: new Counter({
      name: 'cadenza_inbound_total',
      help: 'Inbound mails processed',
      labelNames: ['outcome', 'kind'],
      registers,
    }),
    lookedUp: new Counter({
      name: 'cadenza_looked_up_total',
      help: 'Unknown messages whose fate was looked up',
      labelNames: ['outcome'],
      registers,
    }),
    doubledHandOffs: new Gauge({
      name: 'cadenza_doubled_hand_offs',
      help: 'Messages that were accepted once more after an attempt was taken for lost',
      registers,
    }),
    events: new Counter({
      name: 'cadenza_events_total',
      help: 'Events taken in',
      labelNames: ['type'],
      registers,
    }),
    dispatchLag: new Gauge({
      name: 'cadenza_dispatch_lag_seconds',
      help: 'Age of the oldest step that is due and not dispatched',
      registers,
    }),
    slotsRefused: new Counter({
      name: 'cadenza_slots_refused_total',
      help: 'Slots that the rate limiter refused',
      labelNames: ['scope'],
      registers,
    }),
    addresses: new Counter({
      name: 'cadenza_addresses_checked_total',
      help: 'Addresses checked, by what was found out',
      labelNames: ['verdict'],
      registers,
    }),
    worstRate: new Gauge({
      name: 'cadenza_worst_sender_rate',
      help: 'The highest rate of a sender that was judged last',
      labelNames: ['kind'],
      registers,
    }),
    webhooks: new Counter({
      name: 'cadenza_webhooks_total',
      help: 'Attempts to send webhooks to tenants',
      labelNames: ['outcome'],
      registers,
    }),
    guardPauses: new Counter({
      name: 'cadenza_guard_pauses_total',
      help: 'Senders and tenants paused because too much of their mail came back',
      labelNames: ['scope', 'level'],
      registers,
    }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
