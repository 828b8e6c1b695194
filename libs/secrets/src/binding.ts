/** What a sealed secret belongs to. With any other it does not open. */
export interface SecretBinding {
  readonly tenantId: string;
  /** What it is for: `sendgrid_api_key`. */
  readonly purpose: string;
  /** Id of the row that holds it; the tenant's own where it has one of the purpose. */
  readonly subject: string;
}

/**
 * The binding as additional authenticated data. JSON keeps its parts apart, whatever they hold.
 *
 * @param role which of the two ciphertexts of an envelope it is, so that none stands for the other.
 */
export function boundTo({ tenantId, purpose, subject }: SecretBinding, ...role: string[]): Buffer {
  return Buffer.from(JSON.stringify(['cadenza', ...role, tenantId, purpose, subject]));
}
