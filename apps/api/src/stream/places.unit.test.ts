import { expect, test } from 'vitest';
import { createStreamPlaces } from './places.ts';

const whose = (actor: string, tenantId = 'acme') => ({ actor, tenantId });

test('there are so many places of a caller, of a tenant, and in all, which are given back once', () => {
  const places = createStreamPlaces({ perCaller: 2, perTenant: 3, inAll: 4 });
  const first = places.take(whose('a'));
  places.take(whose('a'));
  expect(places.take(whose('a'))).toBeNull();
  places.take(whose('b'));
  expect(places.take(whose('b'))).toBeNull();
  expect(places.take(whose('c'))).toBeNull();
  expect(places.take(whose('z', 'other'))).not.toBeNull();
  expect(places.take(whose('z', 'other'))).toBeNull();
  first?.();
  first?.();
  expect(places.take(whose('c'))).not.toBeNull();
  expect(places.take(whose('c'))).toBeNull();
});
