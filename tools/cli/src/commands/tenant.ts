import { pauseTenant, resumeTenant } from '@cadenza/engine';
import { Argument, type Command } from 'commander';
import { countValue, textValue } from '../option-values.ts';
import { asTenant, OPERATOR, tenantStore, withOwner } from '../owner.ts';
import {
  createTenant,
  findTenant,
  listTenants,
  setApiLimit,
  setPostalAddress,
  setUnknownPolicy,
  UNKNOWN_POLICIES,
  type UnknownPolicy,
} from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';
import { retentionCommand } from './retention.ts';
import { inboundTokenCommands } from './inbound-token.ts';
import { sendGridKeyCommands } from './sendgrid-key.ts';
import { webhookKeyCommands } from './webhook-key.ts';

interface NewTenant {
  readonly name: string;
  readonly postalAddress?: string;
}

export function tenantCommands(program: Command, terminal: Terminal, answering: Answering): void {
  const { env } = terminal;
  const tenant = program.command('tenant').description('the organisations that send');

  answering<NewTenant>(
    tenant
      .command('create')
      .description('make a tenant, and print its id')
      .requiredOption('--name <name>', 'what people call it', textValue(200))
      .option(
        '--postal-address <address>',
        'stands at the foot of its mails, and is needed to start a campaign',
        textValue(1000),
      ),
    async ({ name, postalAddress = null }) => {
      const id = await withOwner(env, (db) => createTenant(db, { name, postalAddress }));
      return { data: { id, name }, text: id };
    },
  );

  answering(tenant.command('list').description('list all tenants'), async () => {
    const tenants = await withOwner(env, listTenants);
    return {
      data: { tenants },
      text: table(
        ['id', 'status', 'name', 'pause reason'],
        tenants.map(({ id, status, name, pauseReason }) => [id, status, name, pauseReason ?? '']),
      ),
    };
  });

  answering(
    tenant
      .command('resume')
      .description('let a paused tenant send again')
      .argument('<tenant>', 'its id or its name'),
    (_options, [which = '']) =>
      withOwner(env, async (db) => {
        const { id, name } = await findTenant(db, which);
        const word = { by: OPERATOR, own: false };
        const result = await resumeTenant(tenantStore(db, id), id, word);
        const before = result === 'resumed' ? 'is active again' : 'was active';
        return { data: { id, name, status: 'active' }, text: `${name} ${before}` };
      }),
  );

  answering(
    tenant
      .command('api-limit')
      .description('limit what all keys of a tenant ask of the API together')
      .argument('<tenant>', 'its id or its name')
      .addArgument(
        new Argument('<requests>', 'in a minute, or "default"').argParser((text: string) =>
          text === 'default' ? text : countValue(text),
        ),
      ),
    (_options, [which = '', requests = 'default']) =>
      withOwner(env, async (db) => {
        const { id, name } = await findTenant(db, which);
        const limit = requests === 'default' ? null : Number(requests);
        await asTenant(db, id, (trx) => setApiLimit(trx, id, limit));
        return {
          data: { id, name, requestsPerMinute: limit },
          text: `${name} may make ${limit ?? 'as many as the installation lets any'} requests a minute`,
        };
      }),
  );

  answering<{ reason: string }>(
    tenant
      .command('pause')
      .description('stop everything that a tenant would send, until it is resumed')
      .argument('<tenant>', 'its id or its name')
      .option('--reason <text>', 'shown to whoever asks why', textValue(500), 'by an operator'),
    ({ reason }, [which = '']) =>
      withOwner(env, async (db) => {
        const { id, name } = await findTenant(db, which);
        await pauseTenant(tenantStore(db, id), id, reason, { by: OPERATOR });
        return { data: { id, name, status: 'paused', reason }, text: `${name} is paused` };
      }),
  );

  answering(
    tenant
      .command('postal-address')
      .description('what stands at the foot of its mails: no campaign is started without it')
      .argument('<tenant>', 'its id or its name')
      .argument('<address>', 'one or more lines', textValue(1000)),
    (_options, [which = '', postalAddress = '']) =>
      withOwner(env, async (db) => {
        const { id, name } = await findTenant(db, which);
        await asTenant(db, id, (trx) => setPostalAddress(trx, id, postalAddress));
        return { data: { id, name, postalAddress }, text: `${name}: ${postalAddress}` };
      }),
  );

  answering(
    tenant
      .command('unknown-policy')
      .description('what happens to a message of which SendGrid shows nothing')
      .argument('<tenant>', 'its id or its name')
      .addArgument(
        new Argument('<policy>', 'hold: an operator decides; resend: it is sent again').choices(
          UNKNOWN_POLICIES,
        ),
      ),
    (_options, [which = '', policy = '']) =>
      withOwner(env, async (db) => {
        const { id, name } = await findTenant(db, which);
        await asTenant(db, id, (trx) => setUnknownPolicy(trx, id, policy as UnknownPolicy));
        return { data: { id, name, unknownPolicy: policy }, text: `${name}: ${policy}` };
      }),
  );

  retentionCommand(tenant, terminal, answering);
  webhookKeyCommands(tenant, terminal, answering);
  sendGridKeyCommands(tenant, terminal, answering);
  inboundTokenCommands(tenant, terminal, answering);
}
