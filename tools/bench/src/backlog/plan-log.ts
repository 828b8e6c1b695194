import { once, EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { connect } from '../client.ts';
import { createPlanParser, type RanStatement } from './plan-parser.ts';

/** Settings of a server whose log can tell plans: until it is asked to, it tells none. */
export const PLAN_LOG_SETTINGS = {
  shared_preload_libraries: 'auto_explain',
  log_line_prefix: '%d|',
};

const TELL_PLANS = {
  log_format: 'json',
  log_analyze: 'on',
  log_buffers: 'on',
  log_timing: 'off',
  log_nested_statements: 'on',
  log_parameter_max_length: '0',
  // Last, since this begins it.
  log_min_duration: '0',
};

/** Milliseconds in which a server's sessions hear of new settings. */
const RELOAD_MS = 500;
const MARK = 'the statements to be explained have run';

/** The plans by which a server's statements run, those inside of functions too. */
export interface PlanLog {
  /** Takes a line of the server's log. */
  readonly line: (text: string) => void;
  /**
   * What ran while `work` did, in the sessions that are open: a new one might plan otherwise.
   *
   * @param adminUrl of the server's administrator.
   */
  during(adminUrl: string, work: () => Promise<unknown>): Promise<RanStatement[]>;
}

export function createPlanLog(): PlanLog {
  let statements: RanStatement[] = [];
  const heard = new EventEmitter();
  const line = createPlanParser((statement) => {
    if (statement.query.includes(MARK)) heard.emit('mark');
    else statements.push(statement);
  });

  return {
    line,
    async during(adminUrl, work) {
      const admin = await connect(adminUrl);
      try {
        for (const [name, value] of Object.entries(TELL_PLANS)) {
          await admin.query(`ALTER SYSTEM SET auto_explain.${name} = '${value}'`);
        }
        await reload(admin);
        statements = [];
        await work();
        // A server writes its log in order: with the mark, all that ran before it is here.
        const marked = once(heard, 'mark');
        await admin.query(`SELECT '${MARK}'`);
        await marked;
        return statements;
      } finally {
        await admin.query('ALTER SYSTEM RESET auto_explain.log_min_duration');
        await reload(admin);
        await admin.end();
      }
    },
  };
}

async function reload(admin: pg.Client): Promise<void> {
  await admin.query('SELECT pg_reload_conf()');
  await delay(RELOAD_MS);
}
