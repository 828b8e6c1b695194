import {
  accompanied,
  auditedChange,
  isAuditedEntity,
  readAuditedRow,
  recordAudit,
  type AuditedRow,
} from '@cadenza/database';
import { isId, type Id } from '@cadenza/domain';
import { scopeOf, type Route, type RouteContext } from './route.ts';

type Context = RouteContext<unknown, unknown, unknown>;

/** What is changed by the routes under a path, where its name is no plural of that. */
const ENTITIES: Readonly<Record<string, string>> = {
  'sender-identities': 'sender_identity',
  'sms-senders': 'sender_identity',
};

const NO_ROW = { before: null, after: null, changed: [] } as const;

/**
 * Does what a route does, and writes into the audit log who changed what by it: an entry for each
 * transaction that changed something, in that transaction.
 */
export function audited(route: Route, context: Context): Promise<unknown> {
  const work = () => route.handle(context);
  if (scopeOf(route) === 'read' || route.method === 'GET' || route.auditsItself === true) {
    return work();
  }
  const { tenantId, actor } = context;
  const entity = entityOf(route);
  const named = idOf(context.params);
  const before = new WeakMap<object, AuditedRow>();
  return accompanied(
    {
      async begun(trx) {
        if (!isAuditedEntity(entity) || !isId(named)) return;
        before.set(trx, await readAuditedRow(trx, tenantId, entity, named));
      },
      async changed(trx, result) {
        const entityId = named === '' ? idMade(result) : named;
        const change =
          isAuditedEntity(entity) && isId(entityId)
            ? auditedChange(
                entity,
                before.get(trx) ?? {},
                await readAuditedRow(trx, tenantId, entity, entityId),
              )
            : NO_ROW;
        // A row that was locked, or written as it was, has not been changed.
        if (change !== NO_ROW && change.changed.length === 0 && route.changesBeside !== true)
          return;
        // Limits and settings, which are no row of these: they say nothing of people.
        const asked = route.scope === 'admin' && change.changed.length === 0;
        const after = asked ? (context.body ?? null) : change.after;
        await recordAudit(trx, tenantId, {
          actor,
          action: route.operation,
          entity,
          entityId,
          ...change,
          after,
        });
      },
    },
    work,
  );
}

function entityOf({ path }: Route): string {
  const [, first = ''] = path.split('/');
  return ENTITIES[first] ?? first.replace(/s$/, '').replaceAll('-', '_');
}

/** What the path names: an id, or the name of an IP pool; empty where it names nothing. */
function idOf(params: unknown): string {
  const { id, name } = params as { readonly id?: unknown; readonly name?: unknown };
  if (typeof id === 'string') return id;
  return typeof name === 'string' ? name : '';
}

/** The id of what a transaction made, itself or beside its warnings. */
function idMade(result: unknown): Id {
  if (typeof result !== 'object' || result === null) return '';
  const { id, plan } = result as { readonly id?: unknown; readonly plan?: unknown };
  if (typeof id === 'string') return id;
  return plan === undefined ? '' : idMade(plan);
}
