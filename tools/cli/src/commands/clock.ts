import { assertClockAllowed } from '@cadenza/config';
import { recordPlatformAudit, setClock } from '@cadenza/database';
import type { Command } from 'commander';
import { readClock, type Reading } from '../clock.ts';
import { instantValue, rateValue } from '../option-values.ts';
import { OPERATOR, withOwner } from '../owner.ts';
import type { Answer, Answering, Terminal } from '../terminal.ts';

const REAL = 'real';

export function clockCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const clock = program.command('clock').description('the campaign clock that all processes share');

  answering(clock.command('show').description('print campaign time and its rate'), () =>
    withOwner(env, async (db) => shown(await readClock(db))),
  );

  const setting = clock.command('set');
  answering<{ rate?: number; now?: number | typeof REAL }>(
    setting
      .description('change it for everyone; what is not named stays as it is')
      .option(
        '--rate <number>',
        'campaign seconds in a real one; 1 with the real SendGrid',
        rateValue,
      )
      .option('--now <moment>', 'campaign time from now on, or "real"', (text) =>
        text === REAL ? REAL : instantValue(text),
      ),
    ({ rate, now }) => {
      if (rate === undefined && now === undefined) {
        setting.error('error: expected --rate, --now or both');
      }
      return withOwner(env, async (db, config) => {
        const before = await readClock(db);
        const newRate = rate ?? before.rate;
        assertClockAllowed(newRate, config.sendGrid.baseUrl);
        const campaignNow = now === REAL ? before.real : (now ?? before.now);
        await setClock(db, { campaignNow, rate: newRate });
        const answer = shown(await readClock(db));
        await db.transaction().execute((trx) =>
          recordPlatformAudit(trx, {
            actor: OPERATOR,
            action: 'clock.set',
            entity: 'installation',
            entityId: 'clock',
            before: shown(before).data,
            after: answer.data,
          }),
        );
        const back = before.now - campaignNow;
        return back <= 0
          ? answer
          : { ...answer, notes: [`campaign time went back by ${Math.round(back / 1000)} s`] };
      });
    },
  );
}

function shown({ now, rate, real }: Reading): Answer {
  const campaignTime = new Date(now).toISOString();
  const realTime = new Date(real).toISOString();
  return {
    data: { campaignTime, rate, realTime },
    text: `campaign time ${campaignTime}, rate ${rate} (real time ${realTime})`,
  };
}
