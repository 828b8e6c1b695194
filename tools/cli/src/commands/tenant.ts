import type { Command } from 'commander';
import { textValue } from '../option-values.ts';
import { withOwner } from '../owner.ts';
import { createTenant, listTenants } from '../tenants.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

interface NewTenant {
  readonly name: string;
  readonly postalAddress?: string;
}

export function tenantCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const tenant = program.command('tenant').description('the organisations that send');

  answering<NewTenant>(
    tenant
      .command('create')
      .description('make a tenant, and print its id')
      .requiredOption('--name <name>', 'what people call it', textValue(200))
      .option('--postal-address <address>', 'stands at the foot of its mails', textValue(1000)),
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
        ['id', 'status', 'name'],
        tenants.map(({ id, status, name }) => [id, status, name]),
      ),
    };
  });
}
