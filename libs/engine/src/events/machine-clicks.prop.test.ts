import { hiddenLinkUrl, isHiddenLinkUrl } from '@cadenza/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { machineSignOf, type Click } from './machine-clicks.ts';

const HIDDEN = hiddenLinkUrl('https://outreach.example.com');
const LINKS = ['https://example.com/a', 'https://example.com/b', HIDDEN, `${HIDDEN}?utm_term=x`];

const seconds = fc.integer({ min: -10, max: 200 }).map((s) => s * 1_000);
const click = fc.record({ at: seconds, url: fc.constantFrom(...LINKS) });
const clicks = fc.array(click, { minLength: 1, maxLength: 8 });
const arrivedAt = fc.option(seconds);

const signs = (list: readonly Click[], arrived: number | null) =>
  new Map(list.map((one) => [one, machineSignOf(one, { arrivedAt: arrived, clicks: list })]));

test('a click on the hidden link is a machine’s, and so is what came with it', () => {
  fc.assert(
    fc.property(clicks, arrivedAt, (list, arrived) => {
      for (const [one, sign] of signs(list, arrived)) {
        const beside = list.some(
          ({ at, url }) => isHiddenLinkUrl(url) && Math.abs(at - one.at) < 5_000,
        );
        expect(sign === 'hidden_link').toBe(beside);
      }
    }),
  );
});

test('of clicks that are judged together, the order changes nothing', () => {
  fc.assert(
    fc.property(clicks, arrivedAt, (list, arrived) => {
      const [before, after] = [signs(list, arrived), signs(list.toReversed(), arrived)];
      for (const one of list) expect(after.get(one)).toBe(before.get(one));
    }),
  );
});

test('a mail whose hidden link nobody follows is judged as one without it', () => {
  fc.assert(
    fc.property(clicks, arrivedAt, (list, arrived) => {
      const far = { at: 1_000_000_000, url: HIDDEN };
      const shown = list.filter(({ url }) => !isHiddenLinkUrl(url));
      const beside = signs([...shown, far], arrived);
      for (const [one, sign] of signs(shown, arrived)) expect(beside.get(one)).toBe(sign);
    }),
  );
});
