// node tools/run/slim-deploy.mjs dist/apps/<app>
//
// Leaves of the deployable folder what running needs. The lockfile has no development dependencies,
// so the manifests must name none (npm ci refuses a folder whose two files disagree, and would
// install those of linked folders too); sources, tests and modules that only tests use have no
// place in an image.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEPT = new Set(['package.json', 'dist', 'README.md']);

const deploy = process.argv[2];
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const writeJson = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

function withoutDevelopment(file) {
  const manifest = readJson(file);
  delete manifest.devDependencies;
  writeJson(file, manifest);
}

withoutDevelopment(join(deploy, 'package.json'));
const lockFile = join(deploy, 'package-lock.json');
const lock = readJson(lockFile);
delete lock.packages[''].devDependencies;
writeJson(lockFile, lock);

const modules = join(deploy, 'workspace_modules', '@cadenza');
for (const name of readdirSync(modules)) {
  const folder = join(modules, name);
  if (lock.packages[`workspace_modules/@cadenza/${name}`] === undefined) {
    rmSync(folder, { recursive: true });
    continue;
  }
  for (const entry of readdirSync(folder)) {
    if (!KEPT.has(entry)) rmSync(join(folder, entry), { recursive: true });
  }
  withoutDevelopment(join(folder, 'package.json'));
}
