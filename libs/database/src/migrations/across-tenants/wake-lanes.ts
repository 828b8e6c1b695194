import { sql, type Kysely } from 'kysely';

const LIMIT_TABLES = ['send_rate_limits', 'warmup_ramps'] as const;
const WAKING = ['tenants', 'campaigns', 'email_sender_identities', ...LIMIT_TABLES] as const;

/**
 * What ends a pause, or changes a limit or an account, lets the lanes concerned be asked at once, in the same
 * transaction, and puts back what the limit had moved. Counting the wakes tells a dispatcher that
 * is about to put a lane to rest that it asked under other settings.
 */
export async function wakeLanesOnChange(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION wake_lanes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        changed record;
        of_tenant uuid;
        of_campaign uuid;
        of_sender text;
      BEGIN
        IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
        IF TG_TABLE_NAME = 'tenants' THEN
          of_tenant := changed.id;
        ELSIF TG_TABLE_NAME = 'campaigns' THEN
          of_tenant := changed.tenant_id;
          of_campaign := changed.id;
        ELSIF TG_TABLE_NAME = 'email_sender_identities' THEN
          of_tenant := changed.tenant_id;
          of_sender := changed.id;
        ELSIF TG_TABLE_NAME = 'sendgrid_accounts' THEN
          of_tenant := changed.tenant_id;
        ELSE
          of_tenant := changed.tenant_id;
          IF changed.scope = 'sender' THEN of_sender := changed.reference; END IF;
        END IF;
        PERFORM FROM dispatch_lanes l
        WHERE (of_tenant IS NULL OR l.tenant_id = of_tenant)
          AND (of_campaign IS NULL OR l.campaign_id = of_campaign)
          AND (of_sender IS NULL OR l.sender_identity_id::text = of_sender)
        ORDER BY l.tenant_id, l.campaign_id, l.sender_identity_id
        FOR NO KEY UPDATE;
        UPDATE dispatch_lanes l
        SET next_at = least(l.next_at, campaign_now()), wakes = l.wakes + 1, share = DEFAULT
        WHERE (of_tenant IS NULL OR l.tenant_id = of_tenant)
          AND (of_campaign IS NULL OR l.campaign_id = of_campaign)
          AND (of_sender IS NULL OR l.sender_identity_id::text = of_sender);
        UPDATE scheduled_actions a
        SET run_at = a.deferred_run_at, not_after = a.deferred_not_after,
            deferred_run_at = NULL, deferred_not_after = NULL
        WHERE a.status = 'pending' AND a.deferred_run_at IS NOT NULL
          AND (of_tenant IS NULL OR a.tenant_id = of_tenant)
          AND (of_campaign IS NULL OR a.campaign_id = of_campaign)
          AND (of_sender IS NULL OR a.sender_identity_id::text = of_sender);
        RETURN NULL;
      END $$`.execute(db);
  await sql`
    CREATE TRIGGER wake_lanes AFTER UPDATE ON tenants FOR EACH ROW
    WHEN (OLD.status <> 'active' AND NEW.status = 'active')
    EXECUTE FUNCTION wake_lanes()`.execute(db);
  await sql`
    CREATE TRIGGER wake_lanes AFTER UPDATE ON campaigns FOR EACH ROW
    WHEN (OLD.status <> 'running' AND NEW.status = 'running')
    EXECUTE FUNCTION wake_lanes()`.execute(db);
  await sql`
    CREATE TRIGGER wake_lanes AFTER UPDATE ON email_sender_identities FOR EACH ROW
    WHEN ((OLD.paused_at IS NOT NULL AND NEW.paused_at IS NULL)
      OR OLD.ip_pool IS DISTINCT FROM NEW.ip_pool
      OR OLD.spacing_min_seconds IS DISTINCT FROM NEW.spacing_min_seconds
      OR OLD.spacing_max_seconds IS DISTINCT FROM NEW.spacing_max_seconds)
    EXECUTE FUNCTION wake_lanes()`.execute(db);
  for (const table of LIMIT_TABLES) {
    await sql`
      CREATE TRIGGER wake_lanes AFTER INSERT OR UPDATE OR DELETE ON ${sql.table(table)}
      FOR EACH ROW EXECUTE FUNCTION wake_lanes()`.execute(db);
  }
}

export async function dropWakeTriggers(db: Kysely<unknown>): Promise<void> {
  for (const table of WAKING) await sql`DROP TRIGGER wake_lanes ON ${sql.table(table)}`.execute(db);
}
