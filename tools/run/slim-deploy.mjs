// node tools/run/slim-deploy.mjs dist/apps/<app>
//
// Leaves of each copied workspace module what running needs: npm would install the development
// dependencies of a linked folder too, and sources and tests have no place in an image.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEPT = new Set(['package.json', 'dist', 'README.md']);

const modules = join(process.argv[2], 'workspace_modules', '@cadenza');
for (const name of readdirSync(modules)) {
  const folder = join(modules, name);
  for (const entry of readdirSync(folder)) {
    if (!KEPT.has(entry)) rmSync(join(folder, entry), { recursive: true });
  }
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  delete manifest.devDependencies;
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
