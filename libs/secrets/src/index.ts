export { parseEncryptionKeys, ENCRYPTION_KEYS_EXPECTED, type EncryptionKey } from './keys.ts';
export { createSecretBox, type SecretBox } from './secret-box.ts';
export type { SecretBinding } from './binding.ts';
export { SecretError, type SecretFault } from './secret-error.ts';
export { keyMarkOf, type KeyMark } from './sealed.ts';
export { secretShown, type SecretShown } from './shown.ts';
