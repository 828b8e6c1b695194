import { formatFiles, type Tree } from '@nx/devkit';
import { checkName } from '../names.ts';

export interface MigrationOptions {
  readonly name: string;
}

const FOLDER = 'libs/database/src/migrations';
const INDEX = `${FOLDER}/index.ts`;
const NUMBERED = /^(\d{4})-(.+)\.ts$/;
const LAST_IMPORT = /(?:^import \* as .*\n)(?!import \* as )/m;
const END_OF_LIST = /^\};$/m;

// The example names no real table, so an unfinished migration fails instead of passing unnoticed.
const EXAMPLE = `import { sql, type Kysely } from 'kysely';

/** What changes, and why. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql\`ALTER TABLE example ADD COLUMN example text\`.execute(db);
}

/** Takes back exactly what \`up\` did. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql\`ALTER TABLE example DROP COLUMN example\`.execute(db);
}
`;

const camelCase = (name: string) =>
  name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function nextNumber(tree: Tree, name: string): string {
  const existing = tree.children(FOLDER).flatMap((file) => {
    const [, number, word] = NUMBERED.exec(file) ?? [];
    return number !== undefined && word !== undefined
      ? [{ file, number: Number(number), word }]
      : [];
  });
  const taken = existing.find(({ word }) => word === name);
  if (taken) throw new Error(`name "${name}": ${FOLDER}/${taken.file} is called that already`);
  return String(Math.max(0, ...existing.map(({ number }) => number)) + 1).padStart(4, '0');
}

/** Bundles hold only what is imported by name, so the index lists every migration. */
function listInIndex(index: string, migration: string, variable: string): string {
  if (!LAST_IMPORT.test(index) || !END_OF_LIST.test(index)) {
    throw new Error(`${INDEX}: expected "import * as …" lines and a list that ends with "};"`);
  }
  return index
    .replace(LAST_IMPORT, (line) => `${line}import * as ${variable} from './${migration}.ts';\n`)
    .replace(END_OF_LIST, `  '${migration}': ${variable},\n};`);
}

/**
 * Writes the next numbered migration and lists it in the index.
 *
 * @throws Error when the name is malformed or taken, or the index has another form.
 */
export default async function migrationGenerator(tree: Tree, { name }: MigrationOptions) {
  checkName(name);
  const migration = `${nextNumber(tree, name)}-${name}`;
  tree.write(`${FOLDER}/${migration}.ts`, EXAMPLE);
  tree.write(INDEX, listInIndex(tree.read(INDEX, 'utf8') ?? '', migration, camelCase(name)));
  await formatFiles(tree);
}
