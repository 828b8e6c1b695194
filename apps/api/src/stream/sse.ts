/**
 * An event as `text/event-stream` writes it (WHATWG HTML, §9.2). JSON has no line breaks of its own,
 * so that the data are one line.
 */
export function sseEvent(
  type: string,
  data: Readonly<Record<string, unknown>>,
  id: number | null = null,
): string {
  const place = id === null ? '' : `id: ${id}\n`;
  return `${place}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Keeps a connection open, and tells the client how far it has come, which starts nothing there. */
export function sseHeartbeat(id: number): string {
  return `: still here\nid: ${id}\n\n`;
}

/** How long a client waits before it connects again. */
export function sseRetry(ms: number): string {
  return `retry: ${ms}\n\n`;
}
