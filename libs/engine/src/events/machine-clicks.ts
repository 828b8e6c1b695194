import { isHiddenLinkUrl, type EpochMs, type MachineSign } from '@cadenza/domain';

/** A click on a link of a mail. */
export interface Click {
  readonly at: EpochMs;
  readonly url: string;
}

/** What is known of an attempt's mail when a click on it is judged. */
export interface Trail {
  /** When the recipient's server took it, or, where that is not known, when it left. */
  readonly arrivedAt: EpochMs | null;
  /** All clicks on it, the one that is judged too. */
  readonly clicks: readonly Click[];
}

/** Nobody reads a mail and decides on a link in so little time. */
const TOO_SOON_MS = 3_000;
/** A scanner that goes through a mail follows its links within so little time of each other … */
const AT_ONCE_MS = 5_000;
/** … and so soon after the mail has come: it stands between the server and the reader. */
const EARLY_MS = 120_000;

/**
 * What gives a click away as a machine's: scanners of incoming mail follow its links, all of them,
 * those that nobody sees too, at once, in the first moments. Times of events are whole seconds.
 *
 * @returns null for a click that may well be a person's.
 */
export function machineSignOf(click: Click, { arrivedAt, clicks }: Trail): MachineSign | null {
  if (isHiddenLinkUrl(click.url)) return 'hidden_link';
  const atOnce = clicks.filter(({ at }) => Math.abs(at - click.at) < AT_ONCE_MS);
  // However late: nobody has seen that link.
  if (atOnce.some(({ url }) => isHiddenLinkUrl(url))) return 'hidden_link';
  if (arrivedAt === null) return null;
  const after = click.at - arrivedAt;
  if (after < TOO_SOON_MS) return 'too_soon';
  if (after > EARLY_MS) return null;
  const links = new Set(atOnce.map(({ url }) => url));
  return links.size > 1 ? 'links_at_once' : null;
}
