import { DEFAULT_INBOUND_LIMITS, type InboundLimits } from '../limits.ts';
import type { InboundAttachment, InboundFlaw, InboundHeader, InboundMail } from '../mail.ts';
import { assemble, type InboundEnvelope } from './assemble.ts';
import { headerFields, headerValue } from './header-fields.ts';
import { parseMime } from './parse-mime.ts';

/** A field of the provider's form: its bytes, or its text where the charset is no question. */
export type InboundFieldValue = string | Uint8Array;

/** A file of the provider's form. */
export interface InboundFile {
  /** The name of its field, such as `attachment1`. */
  readonly field: string;
  readonly filename: string | null;
  /** The Content-Type of the part of the form. */
  readonly contentType: string | null;
  readonly content: Uint8Array;
}

/**
 * Reads a mail from the form that SendGrid's Inbound Parse posts: taken apart already (`headers`,
 * `text`, `html` …), or raw in `email`. The case of field names does not matter. Texts given as bytes
 * are read in the charset that the field `charsets` names for them. Never fails: what is wrong is in
 * `flaws`.
 *
 * @param fields by name; of fields whose names differ in case alone, the last counts.
 * @param files the attachments of a mail that was taken apart.
 */
export async function inboundFromFields(
  fields: Readonly<Record<string, InboundFieldValue>>,
  files: readonly InboundFile[] = [],
  limits: Partial<InboundLimits> = {},
): Promise<InboundMail> {
  const all = { ...DEFAULT_INBOUND_LIMITS, ...limits };
  const form = readForm(fields, all);
  const raw = form.get('email');
  if (raw !== undefined) {
    const bytes = typeof raw === 'string' ? new TextEncoder().encode(raw) : raw;
    const mail = await parseMime(bytes, all, form.envelope);
    return { ...mail, flaws: [...new Set([...mail.flaws, ...form.flaws])] };
  }
  const headers = headerFields(form.text('headers') ?? '', all.maxHeaders + 1);
  const parts = {
    headers: withFormHeaders(headers, form.text),
    text: form.text('text'),
    html: form.text('html'),
    attachments: files.map((file) => attachmentOf(file, form.info)),
    envelope: form.envelope,
    flaws: form.flaws,
  };
  return assemble(parts, all);
}

type Json = Readonly<Record<string, unknown>>;

interface Form {
  readonly get: (name: string) => InboundFieldValue | undefined;
  readonly text: (name: string) => string | null;
  readonly envelope: InboundEnvelope | null;
  /** What is told of each file, by the name of its field. */
  readonly info: ReadonlyMap<string, Json>;
  readonly flaws: readonly InboundFlaw[];
}

function readForm(
  fields: Readonly<Record<string, InboundFieldValue>>,
  limits: InboundLimits,
): Form {
  const byName = new Map(
    Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value] as const),
  );
  const flaws = new Set<InboundFlaw>();
  const json = (name: string): Json | null => {
    const value = byName.get(name);
    if (value === undefined) return null;
    const parsed = objectOf(decode(value, 'utf-8', limits));
    if (parsed === null) flaws.add('bad_fields');
    return parsed;
  };
  const charsets = json('charsets') ?? {};
  const text = (name: string) => {
    const value = byName.get(name);
    const charset = charsets[name];
    if (value === undefined) return null;
    return decode(value, typeof charset === 'string' ? charset : 'utf-8', limits);
  };
  return {
    get: (name) => byName.get(name),
    text,
    envelope: envelopeOf(json('envelope')),
    info: infoOf(json('attachment-info') ?? {}, json('content-ids') ?? {}),
    flaws: [...flaws],
  };
}

function decode(value: InboundFieldValue, charset: string, limits: InboundLimits): string {
  if (typeof value === 'string') return value;
  // A character takes four bytes at most, and what is beyond the limit is cut anyway.
  const bytes = value.subarray(0, 4 * (limits.maxHtmlLength + limits.maxTextLength));
  try {
    return new TextDecoder(charset.trim()).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function objectOf(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Json) : null;
  } catch {
    return null;
  }
}

function envelopeOf(json: Json | null): InboundEnvelope | null {
  if (json === null) return null;
  const to: readonly unknown[] = Array.isArray(json.to) ? json.to : [json.to];
  return {
    from: typeof json.from === 'string' ? json.from : null,
    to: to.filter((one) => typeof one === 'string'),
  };
}

function infoOf(info: Json, contentIds: Json): ReadonlyMap<string, Json> {
  const byField = new Map<string, Json>();
  for (const [field, value] of Object.entries(info)) {
    if (typeof value === 'object' && value !== null) byField.set(field.toLowerCase(), { ...value });
  }
  for (const [contentId, field] of Object.entries(contentIds)) {
    if (typeof field !== 'string') continue;
    const name = field.toLowerCase();
    byField.set(name, { 'content-id': contentId, ...byField.get(name) });
  }
  return byField;
}

function attachmentOf(file: InboundFile, info: ReadonlyMap<string, Json>): InboundAttachment {
  const told = info.get(file.field.toLowerCase()) ?? {};
  const word = (name: string) => {
    const value = told[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const type = word('type') ?? file.contentType ?? 'application/octet-stream';
  return {
    filename: file.filename ?? word('filename') ?? word('name'),
    contentType: (type.split(';')[0] ?? '').trim().toLowerCase(),
    size: file.content.length,
    contentId: word('content-id')?.replaceAll(/[<>\s]/g, '') ?? null,
    disposition: null,
    content: file.content,
  };
}

/** The form's own fields stand in where the block of headers lacks them. */
function withFormHeaders(
  headers: readonly InboundHeader[],
  text: (name: string) => string | null,
): InboundHeader[] {
  const added = ['from', 'to', 'cc', 'subject']
    .filter((name) => headerValue(headers, name) === null)
    .map((name) => ({ name, value: (text(name) ?? '').replaceAll(/\s+/g, ' ').trim() }))
    .filter(({ value }) => value !== '');
  return [...headers, ...added];
}
