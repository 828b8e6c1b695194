/**
 * PostgreSQL stores neither U+0000 in text nor a lone surrogate in jsonb, and refuses the whole
 * statement with which they come: one such character would cost every event of its batch.
 */
export function cleanText(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}

/** The same for every string and key of a JSON value. Recursive: bound the depth beforehand. */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [cleanText(key), cleanJson(entry)]),
  );
}

/** Whether JSON text can hold characters that {@link cleanJson} replaces. */
export function needsCleaning(text: string): boolean {
  return /\\u(?:0000|d[89a-f])/i.test(text);
}
