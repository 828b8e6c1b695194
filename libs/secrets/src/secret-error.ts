import type { SecretBinding } from './binding.ts';

/**
 * Why a sealed secret does not open.
 *
 * - `unknown_key`: the key that sealed it is not among those given.
 * - `wrong_key`: the key of that id is another one than has sealed it.
 * - `not_authentic`: it was altered, or sealed for another tenant, purpose or row.
 * - `malformed`: it is no sealed secret.
 */
export type SecretFault = 'unknown_key' | 'wrong_key' | 'not_authentic' | 'malformed';

/** A sealed secret did not open. The message says what to look at, and nothing of the secret. */
export class SecretError extends Error {
  readonly fault: SecretFault;

  constructor(fault: SecretFault, { tenantId, purpose, subject }: SecretBinding, reason: string) {
    super(`the secret ${purpose} of tenant ${tenantId} (${subject}) does not open: ${reason}`);
    this.name = 'SecretError';
    this.fault = fault;
  }
}
