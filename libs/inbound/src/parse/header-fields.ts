import { addressParser } from 'postal-mime';
import type { EpochMs } from '@cadenza/domain';
import type { InboundAddress, InboundHeader } from '../mail.ts';

/** Header fields of a block of text, up to its first empty line, unfolded. */
export function headerFields(block: string, maxHeaders: number): InboundHeader[] {
  const fields: { name: string; parts: string[] }[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    if (line === '') {
      if (fields.length > 0) break;
      continue;
    }
    const last = fields.at(-1);
    if (line.startsWith(' ') || line.startsWith('\t')) {
      last?.parts.push(line);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    if (fields.length >= maxHeaders) break;
    fields.push({
      name: line.slice(0, colon).trim().toLowerCase(),
      parts: [line.slice(colon + 1)],
    });
  }
  return fields.map(({ name, parts }) => ({ name, value: parts.join('').trim() }));
}

/** The value of the first field of that name. */
export function headerValue(headers: readonly InboundHeader[], name: string): string | null {
  return headers.find((header) => header.name === name)?.value ?? null;
}

/** The values of all fields of that name. */
export function headerValues(headers: readonly InboundHeader[], name: string): string[] {
  return headers.filter((header) => header.name === name).map(({ value }) => value);
}

/** More would be of no use, and a header may hold a hundred thousand. */
const MAX_ADDRESSES = 500;
const MAX_ADDRESS_LINE = 64 * 1024;

/** The mailboxes of an address header, groups opened. */
export function addressesOf(value: string | null): InboundAddress[] {
  if (value === null || value === '') return [];
  return addressParser(value.slice(0, MAX_ADDRESS_LINE), { flatten: true })
    .slice(0, MAX_ADDRESSES)
    .map(({ address, name }) => ({
      address: (address ?? '').trim().toLowerCase(),
      name: name.trim() === '' ? null : name.trim(),
    }))
    .filter(({ address }) => address.includes('@'));
}

const MAX_MESSAGE_IDS = 100;

/** The Message-IDs of a header, with their angle brackets; a lone one may lack them. */
export function messageIdsOf(value: string | null): string[] {
  if (value === null) return [];
  const ids = value.slice(0, MAX_ADDRESS_LINE).match(/<[^<>\s]{1,998}>/g);
  if (ids !== null) return ids.slice(0, MAX_MESSAGE_IDS);
  const bare = value.trim();
  return bare.length < 998 && /^[^\s<>@]+@[^\s<>@]+$/.test(bare) ? [`<${bare}>`] : [];
}

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
const DATE =
  /^(?:[a-z]{2,9},? +)?(\d{1,2}) +([a-z]{3})[a-z]* +(\d{2,4}) +(\d{1,2}):(\d{2})(?::(\d{2}))? *([+-]\d{4}|[a-z]{1,5})?/i;
const NAMED_ZONES: Readonly<Record<string, number>> = {
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  CET: 60,
  CEST: 120,
};

/** The time of a Date header (RFC 5322 §3.3); a zone that is not known counts as UTC. */
export function dateOf(value: string | null): EpochMs | null {
  const match = DATE.exec((value ?? '').trim().slice(0, 100).replaceAll(/[\s]+/g, ' '));
  if (match === null) return null;
  const [, day, monthName = '', year = '', hour, minute, second = '0', zone = ''] = match;
  const month = MONTHS.indexOf(monthName.toLowerCase());
  if (month < 0 || month % 3 !== 0) return null;
  const fullYear = Number(year) + (year.length === 2 ? 2000 : 0);
  const local = Date.UTC(
    fullYear,
    month / 3,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return local - offsetMinutes(zone) * 60_000;
}

/** Minutes east of Greenwich of a zone in a Date header. */
export function offsetMinutes(zone: string): number {
  if (!/^[+-]/.test(zone)) return NAMED_ZONES[zone.toUpperCase()] ?? 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  return zone.startsWith('-') ? -minutes : minutes;
}
