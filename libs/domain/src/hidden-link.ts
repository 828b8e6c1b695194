import { InvalidInputError, showValue } from './problems.ts';
import { PUBLIC_URL_EXPECTED, publicUrlOf } from './public-url.ts';

/**
 * The path of the link that mails can hold and no person sees. It is the same in all mails and of
 * all installations, and must stay so: it is known again in mails that left long ago, under whatever
 * public URL. The digits keep it apart from any link that a mail shows.
 */
export const HIDDEN_LINK_PATH = '/l/5b0c8e27d41f4a96b3e7';

/**
 * The address of the hidden link: `<publicUrl>/l/…`. It names nobody.
 *
 * @throws InvalidInputError unless `publicUrlOf` takes the URL.
 */
export function hiddenLinkUrl(publicUrl: string): string {
  const base = publicUrlOf(publicUrl);
  if (base === null) {
    const message = `expected ${PUBLIC_URL_EXPECTED}, got ${showValue(publicUrl)}`;
    throw new InvalidInputError('invalid public URL', [
      { path: 'publicUrl', code: 'invalid', message },
    ]);
  }
  return base + HIDDEN_LINK_PATH;
}

/**
 * Whether a URL is the hidden link of any installation, with whatever query a provider has added. It
 * proves nothing: what it can be trusted for is to be no link that the mail shows.
 */
export function isHiddenLinkUrl(url: string): boolean {
  return (
    url.includes(HIDDEN_LINK_PATH) && URL.parse(url)?.pathname.endsWith(HIDDEN_LINK_PATH) === true
  );
}
