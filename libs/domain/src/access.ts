/**
 * What an API key may be used for: reading; changing what a campaign is made of; and deciding over
 * keys, limits and the tenant's settings. None of them holds another.
 */
export const API_SCOPES = ['read', 'write', 'admin'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** What a user of a tenant is. */
export const USER_ROLES = ['owner', 'admin', 'operator', 'viewer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** What each role may do, which is what a key that is made for one of its users may. */
export const SCOPES_OF_ROLE: Readonly<Record<UserRole, readonly ApiScope[]>> = {
  owner: ['read', 'write', 'admin'],
  admin: ['read', 'write', 'admin'],
  operator: ['read', 'write'],
  viewer: ['read'],
};
