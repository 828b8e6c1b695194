import { describe, expect, it } from 'vitest';
import { HIDDEN_LINK_PATH, hiddenLinkUrl, InvalidInputError, isHiddenLinkUrl } from './index.ts';

describe('the hidden link', () => {
  it.each([
    'https://outreach.example.com',
    'https://outreach.example.com/mail/',
    'https://bücher.example',
    'http://127.0.0.1:3000',
  ])('of %s is known as one, and stays so with what a provider adds', (publicUrl) => {
    const url = hiddenLinkUrl(publicUrl);
    expect(isHiddenLinkUrl(url)).toBe(true);
    expect(isHiddenLinkUrl(`${url}?utm_source=sendgrid.com&utm_medium=email#top`)).toBe(true);
  });

  it('is where it was in mails that have left', () => {
    expect(isHiddenLinkUrl('https://former.example/l/5b0c8e27d41f4a96b3e7')).toBe(true);
  });

  it.each([
    'https://outreach.example.com',
    'https://outreach.example.com/l/',
    `https://outreach.example.com${HIDDEN_LINK_PATH}/more`,
    `https://outreach.example.com${HIDDEN_LINK_PATH}0`,
    `https://www.example.com/?next=${HIDDEN_LINK_PATH}`,
    `https://www.example.com/#${HIDDEN_LINK_PATH}`,
    HIDDEN_LINK_PATH,
    '',
  ])('is not %s', (url) => {
    expect(isHiddenLinkUrl(url)).toBe(false);
  });

  it.each(['http://outreach.example.com', 'https://ann@h.example', ''])(
    'cannot be at %j, which is no public URL',
    (publicUrl) => {
      expect(() => hiddenLinkUrl(publicUrl)).toThrow(InvalidInputError);
    },
  );
});
