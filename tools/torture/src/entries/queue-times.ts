/**
 * Real milliseconds. Shorter than in production, so that a stop of some seconds outlasts a lock, a
 * lease and a stalled job's check, and many of them fit into a run.
 */
export const QUEUE = { lockDurationMs: 3_000, stalledIntervalMs: 1_500 };
export const LEASE_MS = 4_000;
export const DELIVERY_GRACE_MS = 2_000;
