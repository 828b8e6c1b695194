import type { AppName, Inspection } from '@cadenza/config';
import type { Problem } from '@cadenza/domain';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Characters that a secret made by chance has many more of. */
const FEWEST_CHARACTERS = 10;

/** Whether the apps would start with these settings, and what they would put up with. */
export function configurationFindings(
  { problems, publicUrl, trustedProxies, ownSecrets }: Inspection,
  apps: readonly AppName[],
): Finding[] {
  return [
    ...apps.map((app) => settingsOf(app, problems[app])),
    ...(publicUrl === null
      ? []
      : [publicUrlFinding(publicUrl), ...proxyFindings(publicUrl, trustedProxies)]),
    ...secretFindings(ownSecrets),
  ];
}

function settingsOf(app: AppName, problems: readonly Problem[]): Finding {
  const check = `settings.${app}`;
  if (problems.length === 0) return ok(check, 'complete, and each of its kind');
  return fail(
    check,
    problems.map(({ path, message }) => `${path} ${message}`).join('; '),
    `Set them in the environment of ${app}; it does not start before. \`cadenza settings\` lists all.`,
  );
}

function publicUrlFinding(url: string): Finding {
  const check = 'settings.public_url';
  if (url.startsWith('https://')) return ok(check, url);
  const todo = 'Use an https:// address that recipients reach: unsubscribe links lead there.';
  return warn(check, `${url} is of this machine alone`, todo);
}

/** The API speaks no TLS: where its address is https, a proxy stands before it. */
function proxyFindings(url: string, proxies: Inspection['trustedProxies']): Finding[] {
  const check = 'settings.trusted_proxies';
  if (proxies !== null) return [ok(check, proxies.join(', '))];
  if (!url.startsWith('https://')) return [];
  const todo =
    'Set TRUSTED_PROXIES to the address of the proxy that ends TLS: limits by address count everybody as that one.';
  return [warn(check, 'TRUSTED_PROXIES is not set, and PUBLIC_URL is https', todo)];
}

function secretFindings(secrets: Inspection['ownSecrets']): Finding[] {
  const all = Object.entries(secrets).flatMap(([name, values]) =>
    values.map((value) => ({ name, text: value.reveal() })),
  );
  return Object.entries(secrets).flatMap(([name, values]) => {
    const check = `secrets.${name}`;
    if (values.length === 0) {
      return name === 'ERASURE_SECRET' ? [withoutErasureSecret(check)] : [];
    }
    const texts = values.map((value) => value.reveal());
    const weak = texts.some((text) => new Set(text).size < FEWEST_CHARACTERS);
    if (weak) {
      const found = `has fewer than ${FEWEST_CHARACTERS} different characters`;
      return [warn(check, found, 'Make one by chance: openssl rand -base64 33')];
    }
    const shared = all.find((other) => other.name !== name && texts.includes(other.text));
    if (shared !== undefined) {
      const todo = 'Give each a secret of its own: who learns one must not have the other.';
      return [warn(check, `is the same as ${shared.name}`, todo)];
    }
    return [ok(check, values.length === 1 ? 'set' : `${values.length} of them`)];
  });
}

function withoutErasureSecret(check: string): Finding {
  return fail(
    check,
    'is not set: nobody can be erased, and who was erased is not known any more',
    'Give it to the api, the event-worker and this command: the one there was before, or where nobody was erased yet, the output of openssl rand -base64 33',
  );
}
