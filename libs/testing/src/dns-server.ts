import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** What a name holds; a name that is not listed does not exist. */
export interface DnsRecords {
  /** Preference and server; `.` for one that takes no mail. */
  readonly mx?: readonly (readonly [preference: number, server: string])[];
  /** IPv4 addresses. */
  readonly a?: readonly string[];
  readonly aaaa?: readonly 'loopback'[];
  readonly txt?: readonly string[];
  readonly cname?: string;
  /** Answered in place of everything else: SERVFAIL, REFUSED. */
  readonly failure?: 'SERVFAIL' | 'REFUSED';
  /** Not answered at all. */
  readonly silent?: boolean;
}

export interface TestDnsServer {
  /** `127.0.0.1:<port>`, as resolvers take it. */
  readonly address: string;
  /** Questions so far, as `TYPE name`. */
  readonly asked: readonly string[];
  /** Changes what a name holds; null: it does not exist. */
  set(name: string, records: DnsRecords | null): void;
  close(): Promise<void>;
}

const TYPES = { A: 1, CNAME: 5, MX: 15, TXT: 16, AAAA: 28 } as const;
type Type = keyof typeof TYPES;
const CODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
const HEADER_BYTES = 12;
const LOOPBACK_6 = Buffer.from('00000000000000000000000000000001', 'hex');

/** A DNS server on 127.0.0.1 that knows what it is told, and nothing else. */
export async function startDnsServer(
  records: Readonly<Record<string, DnsRecords>>,
): Promise<TestDnsServer> {
  const known = new Map(Object.entries(records));
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, peer) => {
    const { name, type, end } = questionOf(query);
    const shown = Object.entries(TYPES).find(([, number]) => number === type)?.[0] ?? String(type);
    asked.push(`${shown} ${name}`);
    const entry = known.get(name);
    if (entry?.silent === true) return;
    const code = entry === undefined ? 'NXDOMAIN' : (entry.failure ?? 'NOERROR');
    const answers = entry === undefined || entry.failure ? [] : answersOf(entry, shown);
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(0x8180 | CODES[code], 2);
    header.writeUInt16BE(answers.length, 6);
    header.writeUInt32BE(0, 8);
    const question = query.subarray(HEADER_BYTES, end);
    const body = answers.map(([kind, data]) => answer(question, TYPES[kind], data));
    socket.send(Buffer.concat([header, question, ...body]), peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    set(name, entry) {
      if (entry === null) known.delete(name);
      else known.set(name, entry);
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = query.readUInt8(at);
    at += 1;
    if (length === 0) break;
    labels.push(query.toString('latin1', at, at + length));
    at += length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at), end: at + 4 };
}

function answersOf(entry: DnsRecords, type: string): (readonly [Type, Buffer])[] {
  switch (type) {
    case 'MX':
      return (entry.mx ?? []).map(([preference, server]) => [
        'MX',
        Buffer.concat([number16(preference), nameOf(server)]),
      ]);
    case 'A':
      return (entry.a ?? []).map((ip) => ['A', Buffer.from(ip.split('.').map(Number))]);
    case 'AAAA':
      return (entry.aaaa ?? []).map(() => ['AAAA', LOOPBACK_6]);
    case 'TXT':
      return (entry.txt ?? []).map((text) => ['TXT', stringsOf(text)]);
    case 'CNAME':
      return entry.cname === undefined ? [] : [['CNAME', nameOf(entry.cname)]];
    default:
      return [];
  }
}

function answer(question: Buffer, type: number, data: Buffer): Buffer {
  const name = question.subarray(0, -4);
  const ttl = Buffer.alloc(4);
  return Buffer.concat([name, number16(type), number16(1), ttl, number16(data.length), data]);
}

function number16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function nameOf(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])),
    Buffer.of(0),
  ]);
}

/** A text in the parts of at most 255 bytes that a TXT record consists of. */
function stringsOf(text: string): Buffer {
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += 255) {
    const part = bytes.subarray(from, from + 255);
    parts.push(Buffer.of(part.length), part);
  }
  return Buffer.concat(parts);
}
