import type { EngineStore, EngineTransaction } from '@cadenza/engine';
import type { Runtime } from '@cadenza/runtime';
import type { Point } from '../plan/topology.ts';

type Reached = (point: Point) => void;

/** A transaction's work that has a point before its commit and one after it. */
type Label =
  | 'begin'
  | 'outcome'
  | 'slots'
  | 'timers'
  | 'delivery'
  | 'unknown'
  | 'look_up'
  | 'suppression'
  | 'enrolment';

const PUBLISHED = {
  'outreach-send': 'sends_published',
  'outreach-timeout': 'timers_published',
  'webhook-process': 'delivery_published',
  'inbound-process': 'delivery_published',
} as const;

/** A program's servers, with a labelled point before and after each change that a crash can split. */
export function labelledRuntime(runtime: Runtime, reached: Reached): Runtime {
  return {
    ...runtime,
    store: labelledStore(runtime.store, reached),
    queues: {
      ...runtime.queues,
      async publish(queue, jobs) {
        await runtime.queues.publish(queue, jobs);
        if (jobs.length > 0) reached(PUBLISHED[queue]);
      },
    },
  };
}

function labelledStore(store: EngineStore, reached: Reached): EngineStore {
  return {
    ...store,
    async transaction(tenantIds, work) {
      const touched = new Set<Label>();
      const result = await store.transaction(tenantIds, (tx) =>
        work(
          labelledTransaction(tx, (label) => {
            touched.add(label);
            reached(UNCOMMITTED[label]);
          }),
        ),
      );
      for (const label of touched) {
        const point = COMMITTED[label];
        if (point !== null) reached(point);
      }
      return result;
    },
    async claimDueSends(options) {
      const claimed = await store.claimDueSends(options);
      if (claimed.length > 0) reached('sends_claimed');
      return claimed;
    },
    async claimDueTimeouts(options) {
      const claimed = await store.claimDueTimeouts(options);
      if (claimed.length > 0) reached('timers_claimed');
      return claimed;
    },
    async loadDeliveries(ids) {
      const deliveries = await store.loadDeliveries(ids);
      if (deliveries.length > 0) reached('delivery_loaded');
      return deliveries;
    },
    async storeDeliveries(deliveries) {
      const stored = await store.storeDeliveries(deliveries);
      if (stored.size > 0) reached('delivery_stored');
      return stored;
    },
  };
}

const UNCOMMITTED = {
  begin: 'begin_uncommitted',
  outcome: 'outcome_uncommitted',
  slots: 'slots_uncommitted',
  timers: 'timers_uncommitted',
  delivery: 'delivery_uncommitted',
  unknown: 'unknown_uncommitted',
  look_up: 'look_up_uncommitted',
  suppression: 'suppression_uncommitted',
  enrolment: 'enrolment_uncommitted',
} as const satisfies Record<Label, Point>;

/** The engine itself labels what follows a begin and an outcome. */
const COMMITTED = {
  begin: null,
  outcome: null,
  slots: 'slots_committed',
  timers: 'timers_committed',
  delivery: 'delivery_committed',
  unknown: 'unknown_committed',
  look_up: 'look_up_committed',
  suppression: 'suppression_committed',
  enrolment: 'enrolment_committed',
} as const satisfies Record<Label, Point | null>;

function labelledTransaction(
  tx: EngineTransaction,
  touch: (label: Label) => void,
): EngineTransaction {
  function labelled<A, B extends readonly unknown[], R>(
    label: Label,
    call: (rows: A, ...others: B) => Promise<R>,
  ): (rows: A, ...others: B) => Promise<R> {
    return async (rows, ...others) => {
      const result = await call(rows, ...others);
      // A statement about no rows changes nothing that a crash could split.
      if (!Array.isArray(rows) || rows.length > 0) touch(label);
      return result;
    };
  }
  return {
    ...tx,
    beginHandOffs: labelled('begin', (rows) => tx.beginHandOffs(rows)),
    completeHandOffs: labelled('outcome', (rows) => tx.completeHandOffs(rows)),
    assignSlots: labelled('slots', (rows) => tx.assignSlots(rows)),
    completeActions: labelled('timers', (rows) => tx.completeActions(rows)),
    finishDeliveries: labelled('delivery', (ids) => tx.finishDeliveries(ids)),
    markUnknown: labelled('unknown', (rows, waitMs: number) => tx.markUnknown(rows, waitMs)),
    upsertSuppressions: labelled('suppression', (rows, actor: string) =>
      tx.upsertSuppressions(rows, actor),
    ),
    noteLookUps: labelled('look_up', (rows) => tx.noteLookUps(rows)),
    insertEnrollments: labelled('enrolment', (rows) => tx.insertEnrollments(rows)),
  };
}
