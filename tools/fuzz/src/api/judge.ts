import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer, Call } from './call.ts';
import { PROBLEM, resolved, type Json, type Operation } from './document.ts';

/** What nobody outside is to read: where the code is, and how the database is asked. */
const INSIDES = [
  /\bat (?:async )?\S+ \(?\S*:\d+:\d+\)?/,
  /node_modules|node:internal|file:\/\/\/|\b[\w-]+\.[cm]?[jt]s:\d+/,
  /(?:\/[\w.-]+){2,}\.[cm]?[jt]s\b/,
  /\b(?:select|insert into|update|delete from)\b.*\b(?:where|values|set|from)\b.*\btenant_id\b/i,
  /syntax error at or near|violates .*constraint|duplicate key value/,
  /(?:relation|column) "[\w.]+" (?:of relation|does not exist|is of type)/,
  /invalid input syntax|invalid byte sequence|out of range for type|unsupported Unicode escape/,
  /deadlock detected|canceling statement|current transaction is aborted/,
  /(?:Type|Range|Reference|Syntax)Error\b|Cannot (?:read|convert|set) propert/,
];

/**
 * Answers of 5xx that say what the installation of a run does without, however an operation is
 * asked: DNS.
 */
const WITHOUT: ReadonlySet<string> = new Set(['checkSenderDomain 503']);

/** Operations that take bodies of any form, and say in their answer what is wrong about its parts. */
const LENIENT: ReadonlySet<string> = new Set(['importContacts']);

/** Holds answers against the document. */
export interface Judge {
  /** What is wrong about an answer; null where it is as the document says. */
  flaw(operation: Operation, answer: Answer): string | null;
  /** What the document forbids about a request that was carried out; null where it allows it. */
  excess(operation: Operation, call: Call): string | null;
}

/** @param document the one whose schemas the operations have. */
export function createJudge(document: Json): Judge {
  const ajv = new Ajv2020({ strict: false, validateFormats: true });
  addFormats.default(ajv);
  ajv.addFormat('binary', true);
  ajv.addSchema({ $id: 'document', ...document });
  const compiled = new WeakMap<Json, ValidateFunction>();

  /** What is wrong about a value. */
  function mismatch(schema: Json, value: unknown): string | null {
    const check = compiled.get(schema) ?? ajv.compile(located(schema) as Json);
    compiled.set(schema, check);
    if (check(value)) return null;
    const [first] = check.errors ?? [];
    return `${first?.instancePath || 'itself'} ${first?.message ?? ''} ${JSON.stringify(first?.params)}`;
  }

  function contentFlaw(content: ReadonlyMap<string, Json>, answer: Answer): string | null {
    const { contentType, text, status } = answer;
    if (content.size === 0) {
      return text === '' ? null : `a body of ${text.length} where none is said`;
    }
    const schema = content.get(contentType);
    if (schema === undefined) return `the content type "${contentType}"`;
    if (!isJson(contentType)) return null;
    const parsed = parsedJson(text);
    if (parsed === undefined) return 'a body that is not JSON';
    const wrong = mismatch(schema, parsed);
    if (wrong !== null) return `a body that is not of its schema: ${wrong}`;
    const said = contentType === PROBLEM ? (parsed as { status: number }).status : status;
    return said === status ? null : `a problem that says ${said}`;
  }

  return {
    flaw(operation, answer) {
      const { status, text } = answer;
      const { answers } = operation;
      if (status >= 500 && !WITHOUT.has(`${operation.id} ${status}`)) return `the status ${status}`;
      // As it is read, where it stands in JSON.
      const plain = text.replaceAll('\\"', '"');
      const inside = INSIDES.find((pattern) => pattern.test(plain));
      if (inside !== undefined) return `what matches ${String(inside)}`;
      // What has no status of its own is a refusal.
      const content =
        answers.get(String(status)) ?? (status >= 400 ? answers.get('default') : undefined);
      if (content === undefined) return `the status ${status}, of which nothing is said`;
      return contentFlaw(content, answer);
    },
    excess(operation, call) {
      const type = call.headers['content-type'] ?? '';
      const schema = operation.body?.content.get(type);
      // What is signed is stored as it is, and looked at later.
      if (
        !operation.keyed ||
        LENIENT.has(operation.id) ||
        call.body === null ||
        schema === undefined ||
        !isJson(type)
      )
        return null;
      // Whoever reads JSON may take no notice of a byte order mark (RFC 8259 §8.1), and the API does not.
      const parsed = parsedJson(call.body.toString().replace(/^\ufeff/, ''));
      return parsed === undefined ? 'a body that is not JSON' : mismatch(schema, parsed);
    },
  };
}

/** An operation that the document does not have: it is refused as any request may be. */
export function refusal(document: Json, operation: Operation, method: string): Operation {
  const answer = resolved(document, { $ref: '#/components/responses/Problem' });
  const { [PROBLEM]: problem } = answer['content'] as Readonly<Record<string, { schema: Json }>>;
  const content = new Map(problem === undefined ? [] : [[PROBLEM, problem.schema]]);
  return { ...operation, method, body: null, answers: new Map([['default', content]]) };
}

/** The same schema with its references into the document that the checker knows. */
function located(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(located);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      key === '$ref' && typeof part === 'string' ? `document${part}` : located(part),
    ]),
  );
}

/** Whether a content type is one value of JSON. */
function isJson(contentType: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json$/.test(contentType);
}

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
