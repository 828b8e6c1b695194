/** What reading a mail may cost. */
export interface InboundLimits {
  /** Bytes of the raw mail. Default 64 MiB. */
  readonly maxBytes: number;
  /** Parts within parts. Default 40. */
  readonly maxDepth: number;
  /** Parts in all. Default 1,000. */
  readonly maxParts: number;
  /** Header fields of one mail or report. Default 1,000. */
  readonly maxHeaders: number;
  /** Bytes of headers over all parts. Default 1 MiB. */
  readonly maxHeaderBytes: number;
  /** Characters of text. Default 262,144. */
  readonly maxTextLength: number;
  /** Characters of HTML. Default 2,097,152. */
  readonly maxHtmlLength: number;
}

export const DEFAULT_INBOUND_LIMITS: InboundLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 40,
  maxParts: 1_000,
  maxHeaders: 1_000,
  maxHeaderBytes: 1024 * 1024,
  maxTextLength: 256 * 1024,
  maxHtmlLength: 2 * 1024 * 1024,
};
