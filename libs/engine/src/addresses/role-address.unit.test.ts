import { describe, expect, it } from 'vitest';
import { isDisposableDomain } from './disposable-domain.ts';
import { isRoleAddress } from './role-address.ts';

describe('a role address', () => {
  it.each(['info@example.com', 'sales@mail.example.com', 'no-reply@example.com', 'info+tea@a.de'])(
    'is %s',
    (address) => expect(isRoleAddress(address)).toBe(true),
  );

  it.each(['ann@example.com', 'infosec.ann@example.com', 'ann+info@example.com', 'ann@info.com'])(
    'is not %s',
    (address) => expect(isRoleAddress(address)).toBe(false),
  );
});

describe('a disposable domain', () => {
  const listed = new Set(['gone.example']);

  it.each(['gone.example', 'a.b.gone.example'])('is %s', (domain) =>
    expect(isDisposableDomain(domain, listed)).toBe(true),
  );

  it.each(['here.example', 'notgone.example', 'example', ''])('is not %s', (domain) =>
    expect(isDisposableDomain(domain, listed)).toBe(false),
  );
});
