import { formatFiles, installPackagesTask, updateJson, type Tree, writeJson } from '@nx/devkit';
import { checkName } from '../names.ts';

export interface LibraryOptions {
  readonly name: string;
  readonly description: string;
  readonly type?: 'pure' | 'adapter';
}

const BASE = '../../tsconfig.base.json';

function packageJson({ name, description, type = 'pure' }: LibraryOptions) {
  return {
    name: `@cadenza/${name}`,
    version: '0.1.0',
    description,
    license: 'Apache-2.0',
    type: 'module',
    exports: {
      './package.json': './package.json',
      '.': {
        '@cadenza/source': './src/index.ts',
        types: './dist/index.d.ts',
        import: './dist/index.js',
      },
    },
    files: ['dist', '!**/*.tsbuildinfo'],
    scripts: { test: 'vitest run' },
    dependencies: {},
    nx: { tags: [`scope:${name}`, `type:${type}`] },
  };
}

function writeTypeScriptConfiguration(tree: Tree, root: string): void {
  writeJson(tree, `${root}/tsconfig.json`, {
    extends: BASE,
    files: [],
    include: [],
    references: [{ path: './tsconfig.lib.json' }, { path: './tsconfig.spec.json' }],
  });
  writeJson(tree, `${root}/tsconfig.lib.json`, {
    extends: BASE,
    compilerOptions: {
      rootDir: 'src',
      outDir: 'dist',
      tsBuildInfoFile: 'dist/tsconfig.lib.tsbuildinfo',
      emitDeclarationOnly: false,
    },
    include: ['src/**/*.ts'],
    exclude: ['src/**/*.test.ts'],
    references: [],
  });
  writeJson(tree, `${root}/tsconfig.spec.json`, {
    extends: BASE,
    compilerOptions: {
      rootDir: '../..',
      outDir: 'out-tsc',
      tsBuildInfoFile: 'out-tsc/tsconfig.spec.tsbuildinfo',
      emitDeclarationOnly: true,
      noEmit: false,
      types: ['node'],
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
    },
    include: ['src/**/*.test.ts', 'test/**/*.ts', 'vitest.config.ts', '../../vitest.shared.ts'],
    references: [{ path: './tsconfig.lib.json' }],
  });
}

/**
 * Writes the frame of a library into `libs/<name>` and lists it in the root tsconfig.json. Its
 * first source and test are the author's: `npm test` names it as left out until there is one.
 *
 * @returns a task that links the new package into node_modules.
 * @throws Error when the name is malformed or taken.
 */
export default async function libraryGenerator(tree: Tree, options: LibraryOptions) {
  checkName(options.name);
  const root = `libs/${options.name}`;
  if (tree.exists(root)) throw new Error(`${root} exists already`);

  writeJson(tree, `${root}/package.json`, packageJson(options));
  writeTypeScriptConfiguration(tree, root);
  tree.write(
    `${root}/vitest.config.ts`,
    `import { cadenzaVitest } from '../../vitest.shared.ts';\n\nexport default cadenzaVitest();\n`,
  );
  tree.write(`${root}/src/index.ts`, 'export {};\n');
  tree.write(
    `${root}/README.md`,
    `# @cadenza/${options.name}\n\n${options.description}\n\n` +
      'Not on the npm registry yet: [install it from a checkout](../../README.md#packages).\n',
  );
  updateJson<{ references: { path: string }[] }>(tree, 'tsconfig.json', (json) => ({
    ...json,
    references: [...json.references, { path: `./${root}` }],
  }));
  await formatFiles(tree);
  return () => installPackagesTask(tree);
}
