import { createSecretBox, type SecretBox } from '@cadenza/secrets';

/** A key as a setting holds it. */
interface HeldKey {
  readonly id: string;
  readonly key: { reveal(): string };
}

/** The box of an installation's keys; null where there are none, and no secret can be kept. */
export function openSecretBox(keys: readonly HeldKey[]): SecretBox | null {
  if (keys.length === 0) return null;
  return createSecretBox(keys.map(({ id, key }) => ({ id, key: key.reveal() })));
}
