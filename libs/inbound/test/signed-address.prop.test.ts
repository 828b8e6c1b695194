import fc from 'fast-check';
import { InvalidInputError, isEmailAddress } from '@cadenza/domain';
import { describe, expect, it } from 'vitest';
import {
  createReplyAddress,
  createUnsubscribeAddress,
  isUnsubscribeAddress,
  readReplyAddress,
  readUnsubscribeAddress,
} from '../src/index.ts';

const TENANT = '0190b5a0-0000-7000-8000-000000000001';
const MESSAGE = '0190b5a0-0000-7000-8000-000000000002';
const KEYS = { k1: 'a'.repeat(32), k2: 'b'.repeat(32) };
const claim = { tenantId: TENANT, messageId: MESSAGE, keyId: 'k1' };
const contact = { tenantId: TENANT, contactId: MESSAGE, keyId: 'k1' };
const DOMAIN = 'in.example.com';

describe('signed addresses', () => {
  it('come back as they went in, in lower or upper case, and fit a mailbox', () => {
    const keyIds = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/);
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), keyIds, (tenantId, id, keyId) => {
        const secret = `${keyId}-${'s'.repeat(32)}`;
        const keys = Object.fromEntries([[keyId, secret]]);
        const reply = createReplyAddress({ tenantId, messageId: id, keyId }, secret, DOMAIN);
        const leave = createUnsubscribeAddress({ tenantId, contactId: id, keyId }, secret, DOMAIN);
        for (const address of [reply, leave]) {
          expect(isEmailAddress(address)).toBe(true);
          expect(address.indexOf('@')).toBeLessThanOrEqual(64);
        }
        for (const spell of [(a: string) => a, (a: string) => a.toUpperCase()]) {
          const answered = { ok: true, messageId: id, keyId };
          expect(readReplyAddress(spell(reply), keys)).toEqual(answered);
          expect(readReplyAddress(spell(reply), keys, tenantId)).toEqual(answered);
          expect(readReplyAddress(spell(leave), keys).ok).toBe(false);
          const left = { ok: true, contactId: id, keyId };
          expect(readUnsubscribeAddress(spell(leave), keys)).toEqual(left);
          expect(readUnsubscribeAddress(spell(leave), keys, tenantId)).toEqual(left);
          expect(readUnsubscribeAddress(spell(reply), keys).ok).toBe(false);
          expect(isUnsubscribeAddress(spell(leave))).toBe(true);
          expect(isUnsubscribeAddress(spell(reply))).toBe(false);
        }
        expect(createReplyAddress({ tenantId, messageId: id, keyId }, secret, DOMAIN)).toBe(reply);
      }),
    );
  });

  it('are refused after any change of any character', () => {
    const read = {
      reply: (address: string) => readReplyAddress(address, KEYS),
      leave: (address: string) => readUnsubscribeAddress(address, KEYS),
    };
    const made = {
      reply: createReplyAddress(claim, KEYS.k1, DOMAIN),
      leave: createUnsubscribeAddress(contact, KEYS.k1, DOMAIN),
    };
    const characters = [...'abcdefghijklmnopqrstuvwxyz0123456789-_.+= '];
    for (const use of ['reply', 'leave'] as const) {
      const address = made[use];
      expect(read[use](address).ok).toBe(true);
      const at = address.indexOf('@');
      for (let i = 0; i < at; i += 1) {
        for (const c of characters) {
          if (c === address[i]) continue;
          const changed = address.slice(0, i) + c + address.slice(i + 1);
          expect(read[use](changed).ok, changed).toBe(false);
          expect(read[use](address.slice(0, i) + c + address.slice(i)).ok).toBe(false);
        }
        expect(read[use](address.slice(0, i) + address.slice(i + 1)).ok).toBe(false);
      }
    }
  });

  it('say what is wrong with one', () => {
    const address = createReplyAddress(claim, KEYS.k1, DOMAIN);
    const refused = (reason: string) => ({ ok: false, reason });
    expect(readReplyAddress(address, {})).toEqual(refused('unknown_key'));
    expect(readReplyAddress(address, { k1: KEYS.k2 })).toEqual(refused('forged'));
    expect(readReplyAddress(address, KEYS, MESSAGE)).toEqual(refused('forged'));
    for (const other of ['', '@', 'ann@example.com', `r-abc@${DOMAIN}`, address.slice(2)]) {
      expect(readReplyAddress(other, KEYS)).toEqual(refused('malformed'));
    }
  });

  it('are never read from arbitrary text', () => {
    const local = fc.stringMatching(/^r-[a-z2-7]{50}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), local, fc.string({ unit: 'binary' })), (text) => {
        expect(readReplyAddress(`${text}@${DOMAIN}`, KEYS).ok).toBe(false);
        expect(readUnsubscribeAddress(text, KEYS).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('try every key whose mark is the same', () => {
    // 1,024 marks: among 1,200 key ids some coincide, and each must still find its own secret.
    const ids = Array.from({ length: 1_200 }, (_, index) => `key-${index}`);
    const keys = Object.fromEntries(ids.map((id) => [id, `${id}-${'s'.repeat(32)}`]));
    for (const keyId of ids.slice(0, 200)) {
      const address = createReplyAddress({ ...claim, keyId }, keys[keyId] ?? '', DOMAIN);
      expect(readReplyAddress(address, keys)).toEqual({ ok: true, messageId: MESSAGE, keyId });
    }
  });

  it.each([
    ['tenantId', { ...claim, tenantId: 'acme' }, KEYS.k1, DOMAIN],
    ['id', { ...claim, messageId: '1' }, KEYS.k1, DOMAIN],
    ['keyId', { ...claim, keyId: 'k 1' }, KEYS.k1, DOMAIN],
    ['secret', claim, 'short', DOMAIN],
    ['domain', claim, KEYS.k1, 'localhost'],
  ])('are not made with a wrong %s', (path, wrong, secret, domain) => {
    const make = () => createReplyAddress(wrong, secret, domain);
    expect(make).toThrow(InvalidInputError);
    expect(make).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ path })] }),
    );
  });
});
