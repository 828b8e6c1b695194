/** Types of columns, by PostgreSQL's names and its numbers in `pg_type`. */
const NUMBERS = {
  bigint: 20,
  boolean: 16,
  'double precision': 701,
  integer: 23,
  text: 25,
  uuid: 2950,
} as const;

export type ColumnType = keyof typeof NUMBERS;

export function isColumnType(name: string): name is ColumnType {
  return Object.hasOwn(NUMBERS, name);
}

/**
 * A list of values as one parameter, an array in PostgreSQL's binary format: neither side spends
 * its time on writing it as text and on taking that apart again.
 *
 * @param values null and undefined are null.
 * @throws RangeError for a uuid or a whole number that is none of its type.
 */
export function arrayParameter(type: ColumnType, values: readonly unknown[]): Buffer {
  switch (type) {
    case 'uuid':
      return encode(type, values as Values<string>, 16, writeUuid);
    case 'integer':
      return encode(type, values as Values<number>, 4, writeInteger);
    case 'bigint':
      return encode(type, values as Values<number>, 8, writeBigint);
    case 'double precision':
      return encode(type, values as Values<number>, 8, writeDouble);
    case 'boolean':
      return encode(type, values as Values<boolean>, 1, writeBoolean);
    case 'text':
      return encodeTexts(values);
  }
}

type Values<Value> = readonly (Value | null | undefined)[];

interface Target {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** @returns where the value ends. */
type Write<Value> = (to: Target, value: Value, at: number) => number;

/** Dimensions, whether there are nulls, type, length, first index: four bytes each. */
const HEADER_BYTES = 20;
/** Without elements there are no dimensions either, and nothing is said of them. */
const EMPTY_HEADER_BYTES = 12;
const NULL_LENGTH = -1;

/** @param widest bytes that a value takes at most. */
function encode<Value>(
  type: ColumnType,
  values: Values<Value>,
  widest: number,
  write: Write<Value>,
): Buffer {
  return encodeWithin(type, values, widest * values.length, write);
}

function encodeTexts(values: readonly unknown[]): Buffer {
  const texts = values.map((value) =>
    value === null || value === undefined ? null : asText(value),
  );
  // A UTF-16 code unit takes three bytes at most.
  const most = texts.reduce((sum, text) => sum + 3 * (text?.length ?? 0), 0);
  return encodeWithin('text', texts, most, writeText);
}

function encodeWithin<Value>(
  type: ColumnType,
  values: Values<Value>,
  most: number,
  write: Write<Value>,
): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + 4 * values.length + most);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const to = { bytes, view };
  let hasNulls = 0;
  let at = HEADER_BYTES;
  for (const value of values) {
    if (value === null || value === undefined) {
      hasNulls = 1;
      view.setInt32(at, NULL_LENGTH);
      at += 4;
    } else {
      const end = write(to, value, at + 4);
      view.setInt32(at, end - at - 4);
      at = end;
    }
  }
  view.setInt32(0, values.length === 0 ? 0 : 1);
  view.setInt32(4, hasNulls);
  view.setInt32(8, NUMBERS[type]);
  view.setInt32(12, values.length);
  view.setInt32(16, 1);
  return bytes.subarray(0, values.length === 0 ? EMPTY_HEADER_BYTES : at);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

function writeText({ bytes }: Target, text: string, at: number): number {
  return at + bytes.write(text, at);
}

function writeInteger({ view }: Target, value: number, at: number): number {
  if ((value | 0) !== value) throw new RangeError(`expected an integer, got ${String(value)}`);
  view.setInt32(at, value);
  return at + 4;
}

/** @throws RangeError where the number has a fraction. */
function writeBigint({ view }: Target, value: number, at: number): number {
  view.setBigInt64(at, BigInt(value));
  return at + 8;
}

function writeDouble({ view }: Target, value: number, at: number): number {
  view.setFloat64(at, value);
  return at + 8;
}

function writeBoolean({ view }: Target, value: boolean, at: number): number {
  view.setUint8(at, value ? 1 : 0);
  return at + 1;
}

const NO_DIGIT = -1;
/** Values of hexadecimal digits by their character codes. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? NO_DIGIT : value;
});
/** Where the first digit of each byte stands. */
const BYTES = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);
const DASH = 0x2d;

/** Written out: a list of places would take longer to go through than all the digits. */
function hasDashes(uuid: string): boolean {
  return (
    uuid.length === 36 &&
    uuid.charCodeAt(8) === DASH &&
    uuid.charCodeAt(13) === DASH &&
    uuid.charCodeAt(18) === DASH &&
    uuid.charCodeAt(23) === DASH
  );
}

function writeUuid({ bytes }: Target, uuid: string, start: number): number {
  let invalid = hasDashes(uuid) ? 0 : NO_DIGIT;
  for (let nth = 0; nth < BYTES.length; nth += 1) {
    const index = BYTES[nth] ?? 0;
    const high = DIGITS[uuid.charCodeAt(index)] ?? NO_DIGIT;
    const low = DIGITS[uuid.charCodeAt(index + 1)] ?? NO_DIGIT;
    invalid |= high | low;
    bytes[start + nth] = (high << 4) | low;
  }
  if (invalid < 0) throw new RangeError(`expected a uuid, got ${JSON.stringify(uuid)}`);
  return start + BYTES.length;
}
