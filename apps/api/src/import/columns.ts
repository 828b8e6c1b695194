import { ImportFileError } from './errors.ts';
import { CUSTOM_KEY } from '../http/fields.ts';
import { IMPORT_LIMITS } from './limits.ts';

/** What a column can be; everything else is the tenant's own. */
export const FIELDS = [
  'email',
  'firstName',
  'lastName',
  'company',
  'title',
  'timezone',
  'phone',
  'website',
  'industry',
  'consentSource',
  'consentAt',
] as const;
export type Field = (typeof FIELDS)[number];

export interface Column {
  /** As it stands in the file. */
  readonly header: string;
  readonly field: Field | null;
  /** The key under which the value of a column without a field is kept. */
  readonly customKey: string;
}

/** Headers by their letters and digits alone, lower case. */
const ALIASES: Readonly<Record<string, Field>> = {
  email: 'email',
  emailaddress: 'email',
  mail: 'email',
  firstname: 'firstName',
  givenname: 'firstName',
  lastname: 'lastName',
  surname: 'lastName',
  familyname: 'lastName',
  company: 'company',
  companyname: 'company',
  lead: 'company',
  leadname: 'company',
  organisation: 'company',
  organization: 'company',
  title: 'title',
  jobtitle: 'title',
  timezone: 'timezone',
  phone: 'phone',
  phonenumber: 'phone',
  website: 'website',
  url: 'website',
  industry: 'industry',
  consentsource: 'consentSource',
  consentat: 'consentAt',
  consentdate: 'consentAt',
};

/** A header as a column. @param index from 0. */
export function columnOf(header: string, index: number): Column {
  const trimmed = header.trim();
  const letters = trimmed.toLowerCase().replace(/[^a-z0-9]/g, '');
  const field = Object.hasOwn(ALIASES, letters) ? (ALIASES[letters] ?? null) : null;
  return { header: trimmed, field, customKey: customKeyOf(trimmed) ?? `column${index + 1}` };
}

/** A header as a name that templates can print: "Favourite tea" is `favouriteTea`. */
function customKeyOf(header: string): string | null {
  if (CUSTOM_KEY.test(header)) return header;
  const words = header
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const key = words
    .map((word, n) => {
      const first = word.charAt(0);
      return `${n === 0 ? first.toLowerCase() : first.toUpperCase()}${word.slice(1)}`;
    })
    .join('')
    .slice(0, 64);
  return CUSTOM_KEY.test(key) ? key : null;
}

/** The columns of a header row. @throws ImportFileError where the file cannot be read by them. */
export function columnsOf(headers: readonly string[]): Column[] {
  if (headers.length > IMPORT_LIMITS.columns) {
    throw headerError(
      'too_many_columns',
      `${headers.length} columns: expected at most ${IMPORT_LIMITS.columns}`,
    );
  }
  const columns = headers.map(columnOf);
  const seen = new Map<string, string>();
  for (const { header, field, customKey } of columns) {
    if (header === '') continue;
    const meaning = field ?? `custom.${customKey}`;
    const earlier = seen.get(meaning);
    if (earlier !== undefined) {
      throw headerError(
        'duplicate_column',
        `"${earlier}" and "${header}" both mean ${meaning}: expected one of them`,
      );
    }
    seen.set(meaning, header);
  }
  if (!seen.has('email')) {
    const shown = headers.slice(0, 10).map((header) => `"${header.trim()}"`);
    throw headerError(
      'missing_column',
      `${shown.join(', ') || 'no columns'}: expected a column "email" in the first row`,
    );
  }
  return columns;
}

function headerError(code: string, message: string): ImportFileError {
  return new ImportFileError({ path: 'row 1', code, message });
}
