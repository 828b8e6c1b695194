import type { ApiAnswer } from '../api-error.ts';

/** A request as a route sees it. */
export interface ApiRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body parsed from JSON; undefined when there was none. */
  readonly body: unknown;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path in which `:name` stands for one segment. */
  readonly path: string;
  handle(request: ApiRequest): ApiAnswer | Promise<ApiAnswer>;
}

export type RouteMatch =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly route: null; readonly pathKnown: boolean };

/** Finds the route of a method and path; paths are matched in the order of the table. */
export function createRouter(
  routes: readonly Route[],
): (method: string, path: string) => RouteMatch {
  const table = routes.map((route) => ({
    route,
    expression: new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
  }));
  return (method, path) => {
    let pathKnown = false;
    for (const { route, expression } of table) {
      const match = expression.exec(path);
      if (match === null) continue;
      pathKnown = true;
      if (route.method !== method) continue;
      const params: Record<string, string> = {};
      for (const [name, value] of Object.entries(match.groups ?? {})) {
        params[name] = decodeURIComponent(value);
      }
      return { route, params };
    }
    return { route: null, pathKnown };
  };
}

/** The page that `limit` and `offset` ask for. */
export function page<T>(list: readonly T[], query: URLSearchParams, usual: number): readonly T[] {
  const limit = Number(query.get('limit') ?? usual);
  const offset = Number(query.get('offset') ?? 0);
  return list.slice(offset, offset + limit);
}
