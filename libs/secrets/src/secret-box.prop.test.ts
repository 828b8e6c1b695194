import { InvalidInputError } from '@cadenza/domain';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createSecretBox,
  keyMarkOf,
  parseEncryptionKeys,
  SecretError,
  secretShown,
  type SecretBinding,
} from './index.ts';

const key = (id: string) => ({ id, key: randomBytes(32).toString('base64') });
const [k1, k2] = [key('k1'), key('k2')];
const box = createSecretBox([k1]);
const BINDING = { tenantId: 't1', purpose: 'sendgrid_api_key', subject: 's1' };
const anyBinding = fc.record({
  tenantId: fc.string(),
  purpose: fc.string(),
  subject: fc.string(),
});

const faultOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error instanceof SecretError ? error.fault : error;
  }
  return 'opened';
};

describe('a sealed secret', () => {
  it('opens to what was sealed, for any text and binding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), anyBinding, (secret, binding) => {
        expect(box.open(box.seal(secret, binding), binding)).toBe(secret);
      }),
    );
  });

  it('is another text each time, and shows nothing of the secret', () => {
    const sealed = [1, 2, 3].map(() => box.seal('SG.abcdefgh.ijklmnop', BINDING));
    expect(new Set(sealed).size).toBe(3);
    for (const text of sealed) {
      expect(text).toMatch(/^v1\.k1\.[\w.-]+$/);
      expect(text).not.toContain('abcdefgh');
      expect(text).not.toContain(Buffer.from('SG.abcdefgh').toString('base64url'));
    }
  });

  it('does not open for any other tenant, purpose or row', () => {
    fc.assert(
      fc.property(anyBinding, anyBinding, (sealedFor, openedFor) => {
        const same = (Object.keys(sealedFor) as (keyof SecretBinding)[]).every(
          (part) => sealedFor[part] === openedFor[part],
        );
        fc.pre(!same);
        const sealed = box.seal('secret', sealedFor);
        expect(faultOf(() => box.open(sealed, openedFor))).toBe('not_authentic');
        expect(faultOf(() => box.rewrap(sealed, openedFor))).toBe('not_authentic');
      }),
    );
  });

  it('does not open where any of its characters is another', () => {
    const sealed = box.seal('secret', BINDING);
    fc.assert(
      fc.property(
        fc.nat({ max: sealed.length - 1 }),
        fc.constantFrom('A', 'b', '7', '.'),
        (at, by) => {
          const altered = `${sealed.slice(0, at)}${by}${sealed.slice(at + 1)}`;
          // The last character of a part may hold bits that belong to no byte.
          const bytes = (text: string) =>
            text
              .split('.')
              .map((part, i) => (i < 3 ? part : Buffer.from(part, 'base64url').toString('hex')))
              .join('.');
          fc.pre(bytes(altered) !== bytes(sealed));
          expect(faultOf(() => box.open(altered, BINDING))).not.toBe('opened');
        },
      ),
    );
  });

  it('cannot be put together of parts of two', () => {
    const parts = [box.seal('one', BINDING), box.seal('two', BINDING)].map((text) =>
      text.split('.'),
    );
    const mixed = [...(parts[0] ?? []).slice(0, 4), parts[1]?.[4]].join('.');
    expect(faultOf(() => box.open(mixed, BINDING))).toBe('not_authentic');
  });

  it('says what is wrong, and nothing of the secret or the keys', () => {
    const sealed = box.seal('secret', BINDING);
    const another = createSecretBox([key('k1')]);
    expect(() => createSecretBox([k2]).open(sealed, BINDING)).toThrow(
      'the secret sendgrid_api_key of tenant t1 (s1) does not open: ' +
        'the key k1 has sealed it, and only these are given: k2',
    );
    expect(faultOf(() => createSecretBox([k2]).open(sealed, BINDING))).toBe('unknown_key');
    expect(faultOf(() => another.open(sealed, BINDING))).toBe('wrong_key');
    expect(faultOf(() => box.open('SG.plain', BINDING))).toBe('malformed');
  });
});

describe('rotation', () => {
  const both = createSecretBox([k2, k1]);

  it('puts a secret under the first key, after which the former is not needed', () => {
    const sealed = box.seal('secret', BINDING);
    const rewrapped = both.rewrap(sealed, BINDING);
    expect(keyMarkOf(rewrapped)).toEqual(both.current);
    expect(createSecretBox([k2]).open(rewrapped, BINDING)).toBe('secret');
    // The secret itself was not encrypted again.
    expect(rewrapped.split('.')[4]).toBe(sealed.split('.')[4]);
  });

  it('opens what either key has sealed, meanwhile', () => {
    expect(both.open(box.seal('old', BINDING), BINDING)).toBe('old');
    expect(both.open(both.seal('new', BINDING), BINDING)).toBe('new');
  });

  it('knows the keys that it holds by their marks', () => {
    expect(both.holds(box.current)).toBe(true);
    expect(box.holds(both.current)).toBe(false);
    expect(createSecretBox([key('k1')]).holds(box.current)).toBe(false);
    expect(keyMarkOf('v1.k1')).toBe(null);
  });
});

describe('keys', () => {
  it('are read from a text, the first one sealing', () => {
    expect(parseEncryptionKeys(` k2:${k2.key} , k1:${k1.key}`)).toEqual([k2, k1]);
  });

  it.each([
    '',
    k1.key,
    `k1:${k1.key},`,
    `k1:${k1.key},k1:${k2.key}`,
    `k1:${randomBytes(31).toString('base64')}`,
    `k1:${randomBytes(33).toString('base64')}`,
    `k 1:${k1.key}`,
    `k1:${'x'.repeat(32)}`,
  ])('are refused: %s', (text) => {
    expect(parseEncryptionKeys(text)).toBe(null);
  });

  it('make no box where they cannot be used, and are not shown', () => {
    expect(() => createSecretBox([])).toThrow(InvalidInputError);
    const bad = { id: 'k1', key: 'short' };
    expect(faultOf(() => createSecretBox([k2, bad]))).toBeInstanceOf(InvalidInputError);
    expect(String(faultOf(() => createSecretBox([k2, bad])))).not.toMatch(/short|k2/);
    expect(() => createSecretBox([k1, k1])).toThrow(InvalidInputError);
  });
});

it('is recognised by its last characters and a fingerprint', () => {
  expect(secretShown('SG.abcdefgh')).toEqual({ lastFour: 'efgh', fingerprint: '3663f3938e01' });
});
