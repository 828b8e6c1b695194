/** An event of a stream of server-sent events. */
export interface StreamedEvent {
  /** The last id that was given up to it; null: there was none. */
  readonly id: string | null;
  readonly type: string;
  readonly data: string;
}

export interface StreamReader {
  /** Takes in a part of the stream. @returns the events that it has completed. */
  take(text: string): StreamedEvent[];
  /** The id that whoever connects again names as the last; null before the first. */
  readonly lastId: string | null;
  /** For how long the stream asks to be waited with before that, in milliseconds; null: it does not. */
  readonly retryMs: number | null;
}

/** Reads `text/event-stream` (WHATWG HTML, §9.2.6), line breaks of which are `\n` as the API's are. */
export function createStreamReader(): StreamReader {
  let rest = '';
  let lastId: string | null = null;
  let retryMs: number | null = null;

  function eventOf(block: string): StreamedEvent[] {
    let type = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'event') type = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id') lastId = value;
      else if (field === 'retry' && /^\d+$/.test(value)) retryMs = Number(value);
    }
    return data.length === 0 ? [] : [{ id: lastId, type, data: data.join('\n') }];
  }

  return {
    take(text) {
      const blocks = `${rest}${text}`.split('\n\n');
      rest = blocks.pop() ?? '';
      return blocks.flatMap(eventOf);
    },
    get lastId() {
      return lastId;
    },
    get retryMs() {
      return retryMs;
    },
  };
}
