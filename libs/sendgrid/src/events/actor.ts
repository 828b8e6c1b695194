import type { Actor, MachineSign, ProviderEventType } from '@cadenza/domain';

/**
 * User agents that say of themselves that they are programs: previewers, crawlers and HTTP
 * libraries, by their vendors' own documents. Image proxies (GoogleImageProxy, YahooMailProxy) are
 * not among them: they fetch when a person opens the mail. Security scanners that pose as browsers
 * cannot be told apart here.
 */
const MACHINE_AGENTS: readonly RegExp[] = [
  /\b(?:bingbot|bingpreview|adidxbot)\b/i, // https://www.bing.com/webmasters/help/which-crawlers-does-bing-use-8c184ec0
  /\bgooglebot\b/i, // https://developers.google.com/search/docs/crawling-indexing/googlebot
  /\bslackbot(?:-linkexpanding)?\b/i, // https://api.slack.com/robots
  /\b(?:facebookexternalhit|meta-externalagent)\b/i, // https://developers.facebook.com/docs/sharing/webmasters/web-crawlers
  /\btwitterbot\b/i, // https://developer.x.com/en/docs/x-for-websites/cards/guides/getting-started
  /\blinkedinbot\b/i, // https://www.linkedin.com/help/linkedin/answer/a521928
  /\bapplebot\b/i, // https://support.apple.com/119829
  /\bskypeuripreview\b/i, // link previews of Skype and Teams
  /\bheadlesschrome\b/i, // Chrome's own name for itself when it runs without a window
  /^(?:curl|wget|python-requests|python-urllib|go-http-client|okhttp|java|axios|node-fetch|libwww-perl|apache-httpclient)\b/i,
];

/** What an open or a click says of who caused it. */
export interface ActorEvidence {
  /** SendGrid's `sg_machine_open`: Apple Mail Privacy Protection fetched the pixel. */
  readonly machineOpen: boolean;
  readonly userAgent: string | null;
}

/**
 * Who caused an event, and for a machine what gives it away: `machine` where SendGrid or the user agent says so, `human` for other opens
 * and clicks (SendGrid calls an open without the flag conventional), `unknown` for events that
 * nobody causes.
 */
export function actorOf(
  type: ProviderEventType,
  evidence: ActorEvidence,
): { readonly actor: Actor; readonly machineSign: MachineSign | null } {
  if (type !== 'opened' && type !== 'clicked') return { actor: 'unknown', machineSign: null };
  if (type === 'opened' && evidence.machineOpen) {
    return { actor: 'machine', machineSign: 'machine_open' };
  }
  const agent = evidence.userAgent;
  return agent !== null && MACHINE_AGENTS.some((pattern) => pattern.test(agent))
    ? { actor: 'machine', machineSign: 'user_agent' }
    : { actor: 'human', machineSign: null };
}
