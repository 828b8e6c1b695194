/** A request of an operation, before its values have found their places. */
export interface Request {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or where `type` is given a text as it is. */
  readonly body?: unknown;
  readonly type?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sends a request. */
export async function send(
  baseUrl: string,
  key: string,
  { method, path }: { readonly method: string; readonly path: string },
  { params = {}, query = {}, headers = {}, body, type }: Request,
): Promise<Answer> {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(params[name] ?? `{${name}}`),
  );
  const search = new URLSearchParams(query).toString();
  const answer = await fetch(`${baseUrl}${filled}${search === '' ? '' : `?${search}`}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: type === undefined ? JSON.stringify(body) : (body as string) }),
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    text: await answer.text(),
  };
}
