import { loadCliConfig } from '@cadenza/config';
import { migrateDown, migrateUp, migrationStatus } from '@cadenza/database';
import type { Command } from 'commander';
import { writeMigration } from '../migration-generator.ts';
import { countValue } from '../option-values.ts';
import { table, type Answering, type Terminal } from '../terminal.ts';

const QUEUE_ROLES = ['cadenza_api', 'cadenza_worker'];

export function migrateCommands(program: Command, { env }: Terminal, answering: Answering): void {
  const migrate = program.command('migrate').description('bring the database up to date, or back');

  answering(
    migrate.command('up').description('apply what is missing, to tables and to queues'),
    async () => {
      const { config, secrets } = loadCliConfig(env);
      const url = secrets.databaseOwnerUrl.reveal();
      const applied = await migrateUp(url);
      const schema = config.queueSchema;
      // No other command needs the queues, and loading them takes longer than the rest.
      const { migrateQueueSchema } = await import('@cadenza/queue');
      await migrateQueueSchema(url, { schema, roles: QUEUE_ROLES });
      return {
        data: { applied, queueSchema: schema },
        text: [
          ...applied.map((name) => `applied ${name}`),
          ...(applied.length === 0 ? ['no migration was missing'] : []),
          `queues are up to date in schema ${schema}`,
        ].join('\n'),
      };
    },
  );

  answering<{ steps: number }>(
    migrate
      .command('down')
      .description('take back the newest migrations, and the data that only they hold')
      .option('--steps <n>', 'how many', countValue, 1),
    async ({ steps }) => {
      const url = loadCliConfig(env).secrets.databaseOwnerUrl.reveal();
      const undone = await migrateDown(url, steps);
      return {
        data: { undone },
        text: undone.map((name) => `took back ${name}`).join('\n') || 'no migration was applied',
      };
    },
  );

  answering(
    migrate.command('status').description('list the migrations, and which are applied'),
    async () => {
      const url = loadCliConfig(env).secrets.databaseOwnerUrl.reveal();
      const migrations = await migrationStatus(url);
      return {
        data: { migrations },
        text: table(
          ['migration', 'applied'],
          migrations.map(({ name, appliedAt }) => [name, appliedAt?.toISOString() ?? 'no']),
        ),
      };
    },
  );

  answering<{ dryRun?: true }>(
    migrate
      .command('create')
      .description('write the next migration of libs/database, in a checkout of Cadenza')
      .argument('<name>', 'what it does, in words joined by dashes, such as add-lead-owner')
      .option('--dry-run', 'only say what would be written'),
    async ({ dryRun = false }, [name = '']) => {
      const changes = await writeMigration(name, { dryRun, env });
      return {
        data: { dryRun, changes },
        text: changes.map(({ change, file }) => `${change} ${file}`).join('\n'),
        notes: dryRun ? ['nothing was written'] : [],
      };
    },
  );
}
