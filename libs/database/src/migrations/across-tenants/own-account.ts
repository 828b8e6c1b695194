/** True where the tenant of a row has an account for mail of its own. */
export const HAS_OWN_ACCOUNT = (alias: string) => `EXISTS (
  SELECT FROM sendgrid_accounts o
  WHERE o.tenant_id = ${alias}.tenant_id AND o.sealed_key IS NOT NULL)`;
