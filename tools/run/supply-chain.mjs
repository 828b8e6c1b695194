import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/** Exit code of an audit that could not be made: neither passed nor failed. */
export const NOT_ASKED = 3;

/** The severities at which an audit fails. */
const GATE = ['high', 'critical'];

function npm(args) {
  const cli = process.env.npm_execpath;
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  return cli?.endsWith('.js')
    ? spawnSync(process.execPath, [cli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * What an answer of `npm audit --json` comes to: `clean`, `vulnerable` with a line for each package,
 * or `not_asked` with the reason, where the registry has no such endpoint or cannot be reached.
 */
export function auditVerdict(answer) {
  const counts = answer?.metadata?.vulnerabilities;
  if (counts === undefined) {
    const reason = answer?.message ?? answer?.error?.summary;
    return { kind: 'not_asked', reason: reason || 'npm gave no report' };
  }
  const lines = Object.values(answer.vulnerabilities ?? {})
    .filter(({ severity }) => GATE.includes(severity))
    .map(({ name, severity, range }) => `${severity}: ${name} ${range}`);
  return lines.length > 0 ? { kind: 'vulnerable', lines } : { kind: 'clean', lesser: counts.total };
}

/** Asks the registry about the packages that run in production, as package-lock.json has them. */
export function audit() {
  const { stdout } = npm(['audit', '--json', '--omit=dev', '--package-lock-only']);
  const verdict = auditVerdict(parsed(stdout));
  switch (verdict.kind) {
    case 'not_asked':
      console.log(`audit: LEFT OUT, the registry could not be asked: ${verdict.reason}`);
      return NOT_ASKED;
    case 'vulnerable':
      console.log(`audit: ${verdict.lines.length} packages are vulnerable`);
      for (const line of verdict.lines) console.log(`  ${line}`);
      return 1;
    default:
      console.log(`audit: nothing of ${GATE.join(' or ')} severity; ${verdict.lesser} lesser`);
      return 0;
  }
}

/** What an SBOM lacks, in words; empty where it lists what it must. */
export function sbomProblems(sbom) {
  if (sbom?.bomFormat !== 'CycloneDX') return ['it is no CycloneDX document'];
  const components = sbom.components ?? [];
  const names = new Set(components.map(({ name, group }) => (group ? `${group}/${name}` : name)));
  return [
    ...['fastify', 'bullmq', 'pg']
      .filter((name) => !names.has(name))
      .map((name) => `${name} is missing`),
    ...components.filter(({ purl }) => !purl).map(({ name }) => `${name} has no purl`),
  ];
}

/** What runs in production; everything else is there to build, test or operate it. */
const APPS = ['apps/api', 'apps/send-worker', 'apps/event-worker'];

/**
 * The packages that some of the workspace need when they run, as `name@version`: by the edges of a
 * package-lock.json that are not for development. npm's own `--omit=dev` leaves out whatever any package
 * names among its development dependencies, though others need it in production.
 */
export function productionPackages({ packages }, roots = APPS) {
  const seen = new Set();
  const found = new Set();
  const waiting = [...roots];
  while (waiting.length > 0) {
    const path = waiting.pop();
    if (seen.has(path)) continue;
    seen.add(path);
    const { name = path.split('node_modules/').at(-1), version, ...needs } = packages[path];
    found.add(`${name}@${version}`);
    const { dependencies, optionalDependencies, peerDependencies } = needs;
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
    waiting.push(...names.flatMap((one) => placeOf(packages, path, one) ?? []));
  }
  return found;
}

/** Where Node finds a package that is asked for in a folder; null where it is not installed. */
function placeOf(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    const entry = packages[place];
    if (entry !== undefined) return entry.link ? entry.resolved : place;
    if (folder === '') return null;
  }
}

/** An SBOM with these packages alone, and what they depend on among themselves. */
export function sbomOf(sbom, packages) {
  // Several copies of a version differ by what follows the bar.
  const isOne = (reference) => packages.has(reference.split('|')[0]);
  return {
    ...sbom,
    components: sbom.components.filter((one) => isOne(one['bom-ref'])),
    dependencies: sbom.dependencies
      .filter(({ ref }) => isOne(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isOne) })),
  };
}

/** Writes dist/sbom.cdx.json: the packages that run in production, as CycloneDX. */
export function sbom() {
  const { stdout, stderr, status } = npm([
    'sbom',
    '--sbom-format=cyclonedx',
    '--package-lock-only',
  ]);
  const all = status === 0 ? parsed(stdout) : null;
  const lock = parsed(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const document = all === null ? null : sbomOf(all, productionPackages(lock));
  const problems =
    document === null ? [`npm sbom failed: ${stderr.trim()}`] : sbomProblems(document);
  if (problems.length > 0) {
    for (const problem of problems) console.log(`sbom: ${problem}`);
    return 1;
  }
  const file = join(ROOT, 'dist', 'sbom.cdx.json');
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  console.log(`sbom: ${document.components.length} components in dist/sbom.cdx.json`);
  return 0;
}
