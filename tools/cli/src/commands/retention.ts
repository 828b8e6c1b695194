import { findRetention, setRetention, withAudit } from '@cadenza/database';
import type { Command } from 'commander';
import { monthsValue } from '../option-values.ts';
import { asTenant, OPERATOR, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import type { Answering, Terminal } from '../terminal.ts';

interface RetentionOptions {
  readonly deliveries?: Months;
  readonly events?: Months;
  readonly inputs?: Months;
  readonly inbound?: Months;
}

type Months = ReturnType<typeof monthsValue>;

const AUDITED = { actor: OPERATOR, action: 'retention.set', entity: 'retention' } as const;

export function retentionCommand(tenant: Command, { env }: Terminal, answering: Answering): void {
  answering<RetentionOptions>(
    tenant
      .command('retention')
      .description('for how many whole months before this one data is kept; without options: shown')
      .argument('<tenant>', 'its id or its name')
      .option('--deliveries <months>', 'raw deliveries of its own SendGrid account', monthsValue)
      .option('--events <months>', 'events of its messages', monthsValue)
      .option(
        '--inputs <months>',
        'inputs of ended enrollments, which can be detached',
        monthsValue,
      )
      .option('--inbound <months>', 'inbound mail, with its attachments', monthsValue),
    ({ deliveries, events, inputs, inbound }, [which = '']) =>
      withOwner(env, async (db) => {
        const { id, name } = await findTenant(db, which);
        const change = {
          ...(deliveries === undefined ? {} : { deliveryMonths: stored(deliveries) }),
          ...(events === undefined ? {} : { eventMonths: stored(events) }),
          ...(inputs === undefined ? {} : { inputMonths: stored(inputs) }),
          ...(inbound === undefined ? {} : { inboundMonths: stored(inbound) }),
        };
        const kept = await asTenant(db, id, (trx) =>
          Object.keys(change).length === 0
            ? findRetention(trx, id)
            : withAudit(trx, id, { ...AUDITED, id }, () => setRetention(trx, id, change)),
        );
        const words = (months: number | null) =>
          months === null ? 'for ever' : `${months} ${months === 1 ? 'month' : 'months'}`;
        return {
          data: { id, name, ...kept },
          text: `${name}: deliveries ${words(kept.deliveryMonths)}, events ${words(kept.eventMonths)}, inputs ${words(kept.inputMonths)}, inbound ${words(kept.inboundMonths)}`,
        };
      }),
  );
}

function stored(months: Months): number | null {
  return months === 'forever' ? null : months;
}
