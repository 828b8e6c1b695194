import type { Database } from '@cadenza/database';
import { sql } from 'kysely';

/** The campaign clock, as the database has it. */
export interface Reading {
  /** Campaign time, epoch milliseconds. */
  readonly now: number;
  readonly rate: number;
  /** The database's time, epoch milliseconds. */
  readonly real: number;
}

export async function readClock(db: Database): Promise<Reading> {
  const { rows } = await sql<Reading>`
    SELECT epoch_ms(campaign_now()) AS now, rate, epoch_ms(clock_timestamp()) AS real
    FROM clock_settings`.execute(db);
  const [reading] = rows;
  if (reading === undefined) throw new Error('the database has no clock: run cadenza migrate up');
  return reading;
}
