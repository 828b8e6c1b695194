/**
 * Which project may import which, by the tags in each project's package.json (`nx.tags`). Lint
 * enforces it, CONTRIBUTING.md prints it, and `tools/checks` compares the two.
 */

/** Packages that reach a database, a network or a framework. */
const DRIVERS = [
  '@aws-sdk/*',
  '@bull-board/*',
  '@fastify/*',
  '@sendgrid/*',
  'bullmq',
  'commander',
  'fastify',
  'ioredis',
  'kysely',
  'nodemailer',
  'pg',
  'pg-*',
  'pino',
  'prom-client',
];

/** Modules of Node that do I/O or start processes and threads. */
const NODE_IO = [
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'fs',
  'http',
  'http2',
  'https',
  'inspector',
  'net',
  'readline',
  'repl',
  'sqlite',
  'tls',
  'worker_threads',
];

/** Types of projects whose code takes time and settings as arguments and does no I/O. */
export const CLOSED_TYPES: readonly string[] = ['pure', 'engine'];

/** Both spellings of every banned module of Node, with and without their sub-paths. */
export const NODE_IO_IMPORTS = NODE_IO.flatMap((name) => [
  name,
  `${name}/*`,
  `node:${name}`,
  `node:${name}/*`,
]);

/** `type:` of the importing project → `type:` of the projects that it may import. */
export const TYPES = {
  pure: ['pure'],
  engine: ['pure', 'engine'],
  adapter: ['pure', 'engine', 'adapter'],
  composition: ['pure', 'engine', 'adapter'],
  testing: ['pure', 'engine', 'adapter', 'testing'],
  app: ['pure', 'engine', 'adapter', 'composition', 'testing', 'app', 'tool'],
  tool: ['pure', 'engine', 'adapter', 'composition', 'testing', 'app', 'tool'],
} as const satisfies Record<string, readonly string[]>;

/** Adapters that stand on pure libraries only: any team can install them without the engine. */
export const STANDALONE_ADAPTERS = [
  'blob-store',
  'client',
  'config',
  'embedded-postgres',
  'queue',
  'rate-limiter',
  'sendgrid',
  'telemetry',
  'webhooks',
];

/** Types whose tests may start real servers, and so import adapters and test support. */
const TESTED_ON_SERVERS = ['adapter', 'composition'];

const typeTags = (types: readonly string[]) => types.map((type) => `type:${type}`);

/** The constraints of `@nx/enforce-module-boundaries`. */
export const depConstraints = [
  ...Object.entries(TYPES).map(([type, allowed]) => ({
    sourceTag: `type:${type}`,
    onlyDependOnLibsWithTags: typeTags(allowed),
    ...(CLOSED_TYPES.includes(type) ? { bannedExternalImports: DRIVERS } : {}),
  })),
  ...STANDALONE_ADAPTERS.map((scope) => ({
    sourceTag: `scope:${scope}`,
    onlyDependOnLibsWithTags: typeTags(TYPES.pure),
  })),
];

/** The same for test files. */
export const testDepConstraints = Object.entries(TYPES).map(([type, allowed]) => ({
  sourceTag: `type:${type}`,
  onlyDependOnLibsWithTags: typeTags(
    TESTED_ON_SERVERS.includes(type) ? [...allowed, 'adapter', 'testing'] : allowed,
  ),
}));
