import { isStatementCanceled, limitStatementTime, type Schema } from '@cadenza/database';
import type { Transaction } from 'kysely';
import { HttpProblem } from './problem.ts';

/** Real milliseconds that a statement with a filter may take. */
const MOST_MS = 5_000;

/**
 * Runs what asks the database by a filter: there is no telling beforehand what one costs.
 *
 * @param place where the filter stands in the request.
 * @throws HttpProblem where it takes too long; nothing else can be done in the transaction then.
 */
export async function withinCost<T>(
  trx: Transaction<Schema>,
  place: string,
  work: () => Promise<T>,
): Promise<T> {
  await limitStatementTime(trx, MOST_MS);
  try {
    return await work();
  } catch (error) {
    if (!isStatementCanceled(error)) throw error;
    throw new HttpProblem('unprocessable', 'The filter asks too much.', [
      {
        path: place,
        code: 'too_costly',
        message: `expected a filter that is answered within ${MOST_MS / 1_000} s, such as one of fewer conditions`,
      },
    ]);
  }
}
