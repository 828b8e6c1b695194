import type { EnrollmentCount } from '@cadenza/database';

/** Where the people of a campaign stand. */
export interface EnrollmentTotals {
  readonly total: number;
  readonly byStatus: Record<string, number>;
  /** Active enrollments by the node at which they are. */
  readonly byNode: Record<string, number>;
}

/** Adds up what `countEnrollments` has counted. */
export function enrollmentTotals(rows: readonly EnrollmentCount[]): EnrollmentTotals {
  const byStatus: Record<string, number> = {};
  const byNode: Record<string, number> = {};
  for (const { status, nodeId, count } of rows) {
    byStatus[status] = (byStatus[status] ?? 0) + count;
    if (status === 'active' && nodeId !== null) byNode[nodeId] = (byNode[nodeId] ?? 0) + count;
  }
  return { total: rows.reduce((sum, { count }) => sum + count, 0), byStatus, byNode };
}
