import { describe, expect, it } from 'vitest';
import { isMailLink, publicUrlOf } from './index.ts';

/** A token as unsubscribe links have it, of the longest kind. */
const TOKEN = `1.${'k'.repeat(32)}.${'s'.repeat(64)}.${'i'.repeat(43)}.${'m'.repeat(43)}`;
const LONGEST = `https://h.example/${'x'.repeat(482)}`;

describe('a public URL', () => {
  it.each([
    ['https://outreach.example.com', 'https://outreach.example.com'],
    ['https://outreach.example.com/a//', 'https://outreach.example.com/a'],
    ['http://127.0.0.2:3000', 'http://127.0.0.2:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://h.example/"x', 'https://h.example/%22x'],
    [LONGEST, LONGEST],
  ])('%s is used as %s, and links made of it can stand in a mail', (written, used) => {
    expect(publicUrlOf(written)).toBe(used);
    expect(isMailLink(`${used}/u/${TOKEN}`)).toBe(true);
  });

  it.each([
    'http://outreach.example.com',
    'http://128.0.0.1',
    'http://127.0.0.1.example.com',
    'ftp://localhost',
    'outreach.example.com',
    'https://ann@h.example',
    'https://:pw@h.example',
    'https://h.example/a,b',
    'https://h.example?x=1',
    'https://h.example/?',
    'https://h.example/#f',
    `${LONGEST}x`,
    '',
  ])('%s is refused', (written) => {
    expect(publicUrlOf(written)).toBeNull();
  });
});

describe('a link in the headers of a mail', () => {
  it.each([
    'https://bücher.example/u',
    'https://h.example/a>b',
    'https://ann:pw@h.example/u',
    'http://h.example/u',
    'https://h.example/u v',
    'https://h.example/u\n',
  ])('is not %j', (link) => {
    expect(isMailLink(link)).toBe(false);
  });
});
