import { expect } from 'vitest';
import { z } from 'zod';
import type { Route } from '../../src/http/route.ts';

/** An answer, or a part of one, with the members that tests look into. */
export interface Body {
  readonly [key: string]: unknown;
  readonly id?: string;
  readonly detail?: string;
  readonly items?: readonly Body[];
  readonly nextCursor?: string | null;
  readonly problems?: readonly Body[];
  readonly plan?: Body;
  readonly version?: Body;
  readonly versions?: readonly Body[];
  readonly enrolled?: readonly Body[];
  readonly refused?: readonly Body[];
  readonly warned?: readonly Body[];
  readonly emailCheck?: Body | null;
  readonly rejected?: readonly Body[];
  readonly lead?: Body | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Client {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  patch(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** A body that is sent as it is. */
  raw(
    method: string,
    path: string,
    body: RequestInit['body'],
    type?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

export const problemDocument = z.strictObject({
  type: z.string().startsWith('urn:problem-type:cadenza:'),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  instance: z.string().startsWith('urn:uuid:'),
  problems: z.array(
    z.strictObject({ path: z.string(), code: z.string(), message: z.string().min(1) }),
  ),
  report: z.looseObject({ lastRow: z.int(), rejectedTotal: z.int() }).optional(),
});

/** Calls the API as a tenant, and holds every answer against what the API says of itself. */
export function createClient(baseUrl: string, key: string, routes: readonly Route[]): Client {
  async function call(
    method: string,
    path: string,
    body: RequestInit['body'],
    type?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...headers,
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const answer: unknown = await response.json();
    if (response.status >= 400) {
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      problemDocument.parse(answer);
      expect(answer).toMatchObject({ status: response.status });
    } else {
      const route = routes.find((one) => one.method === method && matches(one, path));
      if (route === undefined) throw new Error(`no route declares ${method} ${path}`);
      expect([route.status ?? 200, route.otherStatus?.status]).toContain(response.status);
      const parsed = route.response.safeParse(answer);
      expect(parsed.error?.issues ?? [], `answer of ${method} ${path}`).toEqual([]);
    }
    return { status: response.status, headers: response.headers, body: answer as Body };
  }

  const json = (method: string) => (path: string, body?: unknown) =>
    body === undefined
      ? call(method, path, undefined)
      : call(method, path, JSON.stringify(body), 'application/json');
  return {
    get: (path) => call('GET', path, undefined),
    post: json('POST'),
    put: json('PUT'),
    patch: json('PATCH'),
    delete: (path) => call('DELETE', path, undefined),
    raw: call,
  };
}

function matches({ path }: Route, called: string): boolean {
  const pattern = path.replace(/:\w+/g, '[^/]+');
  return new RegExp(`^/v1${pattern}$`).test(called.split('?')[0] ?? '');
}
