import { exportContact, findErasure, recordAudit } from '@cadenza/database';
import { createStandIn } from '@cadenza/domain';
import { createPlanCache, requestErasure, timerGraceMs } from '@cadenza/engine';
import type { Command } from 'commander';
import { readClock } from '../clock.ts';
import { findContactId, noContact } from '../contacts.ts';
import { textValue } from '../option-values.ts';
import { asTenant, OPERATOR, tenantStore, withOwner } from '../owner.ts';
import { findTenant } from '../tenants.ts';
import type { Answering, Terminal } from '../terminal.ts';

interface OfTenant {
  readonly tenant: string;
}

/** What the law gives people a right to. */
export function contactCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const contact = program.command('contact').description('people, and what they have a right to');
  const ofTenant = (name: string) =>
    contact.command(name).requiredOption('--tenant <id or name>', 'whose', textValue(200));

  answering<OfTenant>(
    ofTenant('erase')
      .description('erase a person: nothing is sent from now on, and workers do the rest')
      .argument('<contact>', 'their id or their e-mail address'),
    ({ tenant }, [which = '']) =>
      withOwner(env, async (db, _config, { erasureSecret }) => {
        if (erasureSecret === null) {
          throw new Error('ERASURE_SECRET: is not set, expected that of the API and the workers');
        }
        const { id: tenantId } = await findTenant(db, tenant);
        const contactId = await findContactId(db, tenantId, which);
        const { now, rate } = await readClock(db);
        const id = await requestErasure(
          { tenantId, contactId, actor: OPERATOR },
          {
            store: tenantStore(db, tenantId),
            plans: createPlanCache(),
            now: () => now,
            graceMs: timerGraceMs(rate),
            standIn: createStandIn(erasureSecret.reveal()),
          },
        );
        const erasure =
          id === null
            ? null
            : await asTenant(db, tenantId, (trx) => findErasure(trx, tenantId, id));
        if (erasure === null) throw noContact();
        return { data: erasure, text: `${contactId}: erasure ${erasure.id} ${erasure.status}` };
      }),
  );

  answering<OfTenant>(
    ofTenant('export')
      .description('print everything that is kept of a person, as JSON')
      .argument('<contact>', 'their id or their e-mail address'),
    ({ tenant }, [which = '']) =>
      withOwner(env, async (db) => {
        const { id: tenantId } = await findTenant(db, tenant);
        const contactId = await findContactId(db, tenantId, which);
        await asTenant(db, tenantId, (trx) =>
          recordAudit(trx, tenantId, {
            actor: OPERATOR,
            action: 'contact.exported',
            entity: 'contact',
            entityId: contactId,
            before: null,
            after: null,
          }),
        );
        let text = '';
        const parts = exportContact((work) => asTenant(db, tenantId, work), tenantId, contactId);
        for await (const part of parts) text += part;
        return { data: JSON.parse(text) as unknown, text: text.trimEnd() };
      }),
  );
}
