import { createClock, type Clock, type ClockSetting } from '@cadenza/domain';
import { sql } from 'kysely';
import type { Database } from './connection.ts';

/** Real milliseconds between two readings of the database's time. */
const RESYNC_MS = 10_000;
/** Questions of one reading. The answer that came fastest tells the time best. */
const QUESTIONS = 3;

export interface DatabaseClock extends Clock {
  /** What it goes by, for as long as the process lives: the setting that was found at the start. */
  readonly setting: ClockSetting;
  stop(): void;
}

/**
 * The campaign clock by the database's time. A process's own wall clock does not enter into it:
 * between readings the monotonic clock carries on, so that a clock set wrong, or set back, neither
 * sends early nor twice.
 *
 * @param onError hears of readings that failed; the clock goes on from the last one.
 */
export async function createDatabaseClock(
  db: Database,
  onError: (error: unknown) => void,
): Promise<DatabaseClock> {
  let reading = await readClock(db);
  const timer = setInterval(() => {
    readClock(db).then((next) => {
      reading = next;
    }, onError);
  }, RESYNC_MS);
  timer.unref();
  const real = () => reading.databaseTime + (performance.now() - reading.monotonic);
  const { setting } = reading;
  const clock = createClock(setting, real);
  return {
    rate: clock.rate,
    setting,
    now: () => Math.floor(clock.now()),
    stop: () => clearInterval(timer),
  };
}

interface Reading {
  readonly setting: ClockSetting;
  readonly databaseTime: number;
  /** `performance.now()` at which the database's time was that. */
  readonly monotonic: number;
  /** Milliseconds between question and answer: this clock is behind by no more. */
  readonly roundTrip: number;
}

async function readClock(db: Database): Promise<Reading> {
  let best = await askClock(db);
  for (let asked = 1; asked < QUESTIONS; asked += 1) {
    const next = await askClock(db);
    if (next.roundTrip < best.roundTrip) best = next;
  }
  return best;
}

async function askClock(db: Database): Promise<Reading> {
  const asked = performance.now();
  const { rows } = await sql<{ real: number; campaign: number; rate: number; now: number }>`
    SELECT epoch_ms(real_base) AS real, epoch_ms(campaign_base) AS campaign, rate,
      extract(epoch FROM clock_timestamp())::double precision * 1000 AS now
    FROM clock_settings`.execute(db);
  const answered = performance.now();
  const row = rows[0];
  if (row === undefined)
    throw new Error('the database has no clock setting: run cadenza migrate up');
  return {
    setting: { realBase: row.real, campaignBase: row.campaign, rate: row.rate },
    databaseTime: row.now,
    // Taken when the answer is here, so that this clock is never ahead of the database's: what looks
    // due to a process is due to the statement that asks again.
    monotonic: answered,
    roundTrip: answered - asked,
  };
}

/**
 * Sets the shared clock, as the owner: campaign time `campaignNow` from now on at this rate.
 *
 * Times that the former clock left in the limiter, the lanes and the holds of accounts may lie far
 * ahead of the new one. They are forgotten: the limiter is closed until it has been rebuilt from the
 * hand-offs, and the lanes ask it again.
 */
export function setClock(
  db: Database,
  setting: { readonly campaignNow: number; readonly rate: number },
): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await sql`
      UPDATE clock_settings SET real_base = clock_timestamp(),
        campaign_base = from_epoch_ms(${setting.campaignNow}), rate = ${setting.rate},
        updated_at = now()`.execute(trx);
    await sql`SELECT rate_limit_close()`.execute(trx);
    await sql`
      UPDATE provider_holds SET held_until = campaign_now()
      WHERE held_until > campaign_now() AND reason IS NULL`.execute(trx);
    // Row-level security hides every tenant's lanes and accounts from the owner.
    await sql`SET LOCAL ROLE cadenza_claimer`.execute(trx);
    await sql`
      UPDATE sendgrid_accounts SET held_until = campaign_now()
      WHERE held_until > campaign_now()`.execute(trx);
    await sql`
      UPDATE dispatch_lanes SET next_at = campaign_now()
      WHERE next_at > campaign_now()`.execute(trx);
  });
}
