// node tools/checks/test/write-boundaries-table.ts: brings the table in CONTRIBUTING.md up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { boundariesTable } from './boundaries-table.ts';
import { ROOT } from './workspace.ts';

const file = join(ROOT, 'CONTRIBUTING.md');
const text = readFileSync(file, 'utf8').replace(
  /^\| Type (?:.|\n)*?\n(?=\n)/m,
  `${boundariesTable()}\n`,
);
writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
