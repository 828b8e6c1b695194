/**
 * The tables and functions of the Postgres limiter, for a migration to run as the owner, with the
 * wanted schema first in `search_path`: the functions keep the path that they are created under.
 * Roles that use the limiter need `SELECT, INSERT, UPDATE, DELETE` on `rate_limit_slots` and
 * `rate_limit_bounds`, `SELECT, UPDATE` on `rate_limit_state`, and `EXECUTE` on the functions.
 */
export const postgresLimiterSchema = `
CREATE TABLE rate_limit_slots (
  reservation_id text NOT NULL,
  scope_key text NOT NULL,
  slot_start bigint NOT NULL,
  slot_end bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (reservation_id, scope_key),
  CHECK (slot_start <= slot_end AND slot_end < expires_at)
);
CREATE INDEX rate_limit_slots_by_start ON rate_limit_slots (scope_key, slot_start);
CREATE INDEX rate_limit_slots_by_end ON rate_limit_slots (scope_key, slot_end);
CREATE INDEX rate_limit_slots_by_expiry ON rate_limit_slots (expires_at);
COMMENT ON TABLE rate_limit_slots IS
  'Slots reserved for hand-offs, once per scope key; campaign time in milliseconds since 1970';

CREATE TABLE rate_limit_bounds (
  scope_key text NOT NULL,
  window_ms bigint NOT NULL,
  counted_from bigint NOT NULL,
  counted bigint NOT NULL,
  PRIMARY KEY (scope_key, window_ms)
) WITH (fillfactor = 50);
CREATE INDEX rate_limit_bounds_by_age ON rate_limit_bounds ((counted_from + window_ms));
COMMENT ON TABLE rate_limit_bounds IS
  'At most so many slots of a key end after counted_from - window_ms: while that is below the limit, nothing has to be counted';

CREATE TABLE rate_limit_state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  floor_ms bigint,
  epoch bigint NOT NULL DEFAULT 0,
  extended bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE rate_limit_state IS
  'One row, the lock of the limiter; floor_ms is the latest time to which a forgotten slot could have mattered, null while the limiter is closed; epoch counts how often it was closed, extended how often hand-offs were added to an open one';
INSERT INTO rate_limit_state (floor_ms) VALUES (-9007199254740991);

-- Writes granted slots down, for rate_limit_reserve: request pending[i] starts at
-- pending_starts[i]. What its reservation held before gives way.
CREATE FUNCTION rate_limit_write(
  pending integer[],
  pending_starts bigint[],
  former_ids text[],
  key_names text[],
  scope_key_nos integer[],
  scope_windows bigint[],
  request_ids text[],
  widths bigint[],
  wanted_from integer[],
  wanted_to integer[],
  wanted integer[]
) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $function$
BEGIN
  IF cardinality(pending) = 0 THEN
    RETURN;
  END IF;
  IF cardinality(former_ids) > 0 THEN
    DELETE FROM rate_limit_slots s
    USING unnest(pending) AS p (n)
    WHERE s.reservation_id = request_ids[p.n] AND request_ids[p.n] = ANY (former_ids);
  END IF;
  INSERT INTO rate_limit_slots (reservation_id, scope_key, slot_start, slot_end, expires_at)
  SELECT request_ids[p.n], key_names[scope_key_nos[wanted[w.no]]], p.slot_start,
    p.slot_start + widths[p.n], p.slot_start + widths[p.n] + max(scope_windows[wanted[w.no]])
  FROM unnest(pending, pending_starts) AS p (n, slot_start)
  CROSS JOIN generate_series(wanted_from[p.n], wanted_to[p.n]) AS w (no)
  GROUP BY p.n, p.slot_start, scope_key_nos[wanted[w.no]];
END
$function$;

-- Reserves a slot for each request in turn, in all its scopes or in none. Arrays of one prefix run
-- in parallel. Scope i limits key_names[scope_key_nos[i]]; request n has the scopes
-- wanted[wanted_from[n] .. wanted_to[n]]. All numbers of positions count from 1.
-- Returns for each request [granted, start or null for never, scope that refused or null]; null
-- instead of all that while the limiter is closed.
--
-- The row lock makes calls take turns; every statement after it sees what was committed before.
-- Index scans are asked for because statistics of a table that fills and empties mislead.
CREATE FUNCTION rate_limit_reserve(
  now_ms bigint,
  forget_at_most integer,
  key_names text[],
  scope_key_nos integer[],
  scope_limits bigint[],
  scope_windows bigint[],
  request_ids text[],
  not_before bigint[],
  not_after bigint[],
  widths bigint[],
  wanted_from integer[],
  wanted_to integer[],
  wanted integer[]
) RETURNS jsonb
LANGUAGE plpgsql
SET search_path FROM CURRENT
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $function$
DECLARE
  answer jsonb[] := '{}';
  floor_at bigint;
  forgotten bigint;
  -- Requests whose reservation exists already, and those that ask twice.
  former_ids text[];
  twice_ids text[];
  former rate_limit_slots[];
  never integer;
  fits boolean;
  blocker integer;
  x bigint;
  first bigint;
  turn integer;
  settled integer;
  wanted_count integer;
  i integer;
  k integer;
  span bigint;
  entries bigint;
  pairs bigint;
  starts bigint[];
  ends bigint[];
  -- Granted, and not written down yet.
  pending integer[] := '{}';
  pending_starts bigint[] := '{}';
  -- Per scope: at most counted slots of its key end after (counted_from - window), besides those
  -- that the call has granted under the key since. So many may end after any later (x - window).
  scope_count integer := coalesce(array_length(scope_limits, 1), 0);
  counted_from bigint[];
  counted bigint[];
  recounted boolean := false;
  granted_under bigint[];
  granted_last integer[];
  -- Starts known not to fit, [from, to) per scope: they stay so while slots are only added.
  known_from bigint[];
  known_to bigint[];
BEGIN
  SELECT floor_ms INTO STRICT floor_at FROM rate_limit_state FOR UPDATE;
  IF floor_at IS NULL THEN
    RETURN NULL;
  END IF;

  WITH due AS (
    SELECT reservation_id, scope_key FROM rate_limit_slots
    WHERE expires_at <= now_ms ORDER BY expires_at LIMIT forget_at_most
  ), gone AS (
    DELETE FROM rate_limit_slots s USING due
    WHERE s.reservation_id = due.reservation_id AND s.scope_key = due.scope_key
    RETURNING s.expires_at
  )
  SELECT max(expires_at) INTO forgotten FROM gone;
  IF forgotten > floor_at THEN
    floor_at := forgotten;
    UPDATE rate_limit_state SET floor_ms = floor_at;
  END IF;
  DELETE FROM rate_limit_bounds b USING (
    SELECT o.scope_key, o.window_ms FROM rate_limit_bounds o
    WHERE o.counted_from + o.window_ms <= now_ms
    ORDER BY o.counted_from + o.window_ms LIMIT forget_at_most
  ) old
  WHERE b.scope_key = old.scope_key AND b.window_ms = old.window_ms;

  SELECT array_agg(b.counted_from ORDER BY s.no), array_agg(b.counted ORDER BY s.no)
  INTO counted_from, counted
  FROM unnest(scope_key_nos, scope_windows) WITH ORDINALITY AS s (key_no, window_ms, no)
  LEFT JOIN rate_limit_bounds b
    ON b.scope_key = key_names[s.key_no] AND b.window_ms = s.window_ms;
  former_ids := ARRAY(
    SELECT r.id FROM unnest(request_ids) AS r (id)
    WHERE EXISTS (SELECT FROM rate_limit_slots s WHERE s.reservation_id = r.id)
  );
  twice_ids := ARRAY(
    SELECT r.id FROM unnest(request_ids) AS r (id) GROUP BY r.id HAVING count(*) > 1
  );
  granted_under := array_fill(0::bigint, ARRAY[cardinality(key_names)]);
  granted_last := array_fill(0, ARRAY[cardinality(key_names)]);
  known_from := array_fill(NULL::bigint, ARRAY[scope_count]);
  known_to := known_from;

  FOR n IN 1 .. coalesce(array_length(request_ids, 1), 0) LOOP
    never := NULL;
    fits := request_ids[n] <> ALL (twice_ids);
    x := greatest(not_before[n], now_ms, floor_at);
    FOR p IN wanted_from[n] .. wanted_to[n] LOOP
      i := wanted[p];
      IF scope_limits[i] = 0 AND never IS NULL THEN
        never := i;
      END IF;
      fits := fits AND counted_from[i] <= x
        AND counted[i] + granted_under[scope_key_nos[i]] < scope_limits[i];
    END LOOP;
    IF never IS NOT NULL THEN
      answer := answer || jsonb_build_array(false, NULL, never);
      CONTINUE;
    END IF;

    blocker := NULL;
    former := NULL;
    IF fits IS NOT TRUE THEN
      PERFORM rate_limit_write(pending, pending_starts, former_ids, key_names, scope_key_nos,
        scope_windows, request_ids, widths, wanted_from, wanted_to, wanted);
      pending := '{}';
      pending_starts := '{}';
      WITH gone AS (
        DELETE FROM rate_limit_slots WHERE reservation_id = request_ids[n] RETURNING *
      )
      SELECT array_agg(gone::rate_limit_slots) INTO former FROM gone;
      IF former IS NOT NULL THEN
        known_from := array_fill(NULL::bigint, ARRAY[scope_count]);
        known_to := known_from;
      END IF;

      -- A start is right once all scopes in turn have left it where it is.
      turn := 0;
      settled := 0;
      wanted_count := wanted_to[n] - wanted_from[n] + 1;
      WHILE settled < wanted_count LOOP
        i := wanted[wanted_from[n] + turn % wanted_count];
        k := scope_key_nos[i];
        span := scope_windows[i];
        turn := turn + 1;
        settled := settled + 1;
        IF known_from[i] <= x AND x < known_to[i] THEN
          x := known_to[i];
          blocker := i;
          settled := 1;
        END IF;
        CONTINUE WHEN counted_from[i] <= x
          AND counted[i] + granted_under[k] < scope_limits[i];
        SELECT count(*) INTO entries FROM rate_limit_slots
        WHERE scope_key = key_names[k] AND slot_end > x - span;
        counted_from[i] := x;
        counted[i] := entries - granted_under[k];
        recounted := true;
        pairs := entries - scope_limits[i] + 1;
        CONTINUE WHEN pairs <= 0;

        -- See earliest-start.ts: full stretches lie between the last starts and the first ends,
        -- paired in order.
        first := x;
        starts := ARRAY(
          SELECT last.slot_start FROM (
            SELECT slot_start FROM rate_limit_slots
            WHERE scope_key = key_names[k] ORDER BY slot_start DESC LIMIT pairs
          ) last ORDER BY last.slot_start
        );
        ends := ARRAY(
          SELECT slot_end FROM rate_limit_slots
          WHERE scope_key = key_names[k] AND slot_end > x - span ORDER BY slot_end LIMIT pairs
        );
        FOR j IN 1 .. pairs LOOP
          EXIT WHEN starts[j] - span - widths[n] >= x;
          IF starts[j] - ends[j] < span AND x < ends[j] + span THEN
            x := ends[j] + span;
          END IF;
        END LOOP;
        IF x > first THEN
          blocker := i;
          settled := 1;
          IF known_from[i] <= first AND first <= known_to[i] THEN
            known_to[i] := x;
          ELSE
            known_from[i] := first;
            known_to[i] := x;
          END IF;
        END IF;
      END LOOP;
    END IF;

    IF x <= not_after[n] THEN
      -- Its former slot goes when it is written, and what did not fit beside that may fit then.
      IF request_ids[n] = ANY (former_ids) THEN
        known_from := array_fill(NULL::bigint, ARRAY[scope_count]);
        known_to := known_from;
      END IF;
      pending := pending || n;
      pending_starts := pending_starts || x;
      FOR p IN wanted_from[n] .. wanted_to[n] LOOP
        k := scope_key_nos[wanted[p]];
        -- Several scopes of a request may share a key, under which it has one slot.
        IF granted_last[k] <> n THEN
          granted_under[k] := granted_under[k] + 1;
          granted_last[k] := n;
        END IF;
      END LOOP;
      answer := answer || jsonb_build_array(true, x, NULL);
    ELSE
      IF former IS NOT NULL THEN
        INSERT INTO rate_limit_slots SELECT * FROM unnest(former);
        counted_from := array_fill(NULL::bigint, ARRAY[scope_count]);
      END IF;
      answer := answer || jsonb_build_array(false, x, blocker);
    END IF;
  END LOOP;

  PERFORM rate_limit_write(pending, pending_starts, former_ids, key_names, scope_key_nos,
    scope_windows, request_ids, widths, wanted_from, wanted_to, wanted);
  UPDATE rate_limit_bounds b SET counted = b.counted + g.granted
  FROM unnest(key_names, granted_under) AS g (scope_key, granted)
  WHERE b.scope_key = g.scope_key AND g.granted > 0;
  IF recounted THEN
    INSERT INTO rate_limit_bounds (scope_key, window_ms, counted_from, counted)
    SELECT DISTINCT ON (key_names[s.key_no], s.window_ms)
      key_names[s.key_no], s.window_ms, s.counted_from, s.counted + granted_under[s.key_no]
    FROM unnest(scope_key_nos, scope_windows, counted_from, counted)
      AS s (key_no, window_ms, counted_from, counted)
    WHERE s.counted_from IS NOT NULL
    ON CONFLICT (scope_key, window_ms) DO UPDATE
    SET counted_from = excluded.counted_from, counted = excluded.counted;
  END IF;
  RETURN to_jsonb(answer);
END
$function$;

-- When each request could begin, for those who may only ask: with its time over before all others it
-- is refused, and takes nothing. The arguments are the same, of which not_after is not heeded, nor
-- how much to forget.
CREATE FUNCTION rate_limit_peek(
  now_ms bigint,
  forget_at_most integer,
  key_names text[],
  scope_key_nos integer[],
  scope_limits bigint[],
  scope_windows bigint[],
  request_ids text[],
  not_before bigint[],
  not_after bigint[],
  widths bigint[],
  wanted_from integer[],
  wanted_to integer[],
  wanted integer[]
) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER
SET search_path FROM CURRENT
AS $function$
  SELECT rate_limit_reserve(now_ms, 0, key_names, scope_key_nos, scope_limits,
    scope_windows, request_ids, not_before,
    array_fill(-9007199254740991, ARRAY[cardinality(request_ids)])::bigint[],
    widths, wanted_from, wanted_to, wanted)
$function$;

CREATE FUNCTION rate_limit_release(ids text[]) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $function$
BEGIN
  PERFORM FROM rate_limit_state FOR UPDATE;
  DELETE FROM rate_limit_slots WHERE reservation_id = ANY (ids);
END
$function$;

-- Adds known hand-offs, one array element per hand-off and key. A reservation that is known already
-- keeps its slot, and is kept under each key for the longer of both times. Without an epoch it opens
-- the limiter; with one it does nothing, and returns false, where that epoch is over.
CREATE FUNCTION rate_limit_rebuild(
  ids text[],
  scope_keys text[],
  starts bigint[],
  ends bigint[],
  retentions bigint[],
  of_epoch bigint
) RETURNS boolean
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $function$
DECLARE
  state rate_limit_state;
BEGIN
  SELECT * INTO STRICT state FROM rate_limit_state FOR UPDATE;
  IF of_epoch IS NOT NULL AND (state.floor_ms IS NULL OR state.epoch <> of_epoch) THEN
    RETURN false;
  END IF;
  WITH given AS (
    SELECT r.id, r.scope_key, r.retention, first_value(r.slot_start) OVER same AS slot_start,
      first_value(r.slot_end) OVER same AS slot_end
    FROM unnest(ids, scope_keys, starts, ends, retentions) WITH ORDINALITY
      AS r (id, scope_key, slot_start, slot_end, retention, no)
    WINDOW same AS (PARTITION BY r.id ORDER BY r.no)
  )
  INSERT INTO rate_limit_slots AS s (reservation_id, scope_key, slot_start, slot_end, expires_at)
  SELECT g.id, g.scope_key, slot.slot_start, slot.slot_end, slot.slot_end + max(g.retention)
  FROM given g
  LEFT JOIN LATERAL (
    SELECT k.slot_start, k.slot_end FROM rate_limit_slots k WHERE k.reservation_id = g.id LIMIT 1
  ) known ON true
  CROSS JOIN LATERAL (
    SELECT coalesce(known.slot_start, g.slot_start) AS slot_start,
      coalesce(known.slot_end, g.slot_end) AS slot_end
  ) slot
  GROUP BY g.id, g.scope_key, slot.slot_start, slot.slot_end
  ON CONFLICT (reservation_id, scope_key) DO UPDATE
  SET expires_at = greatest(s.expires_at, excluded.expires_at);
  DELETE FROM rate_limit_bounds b WHERE b.scope_key = ANY (scope_keys);
  UPDATE rate_limit_state SET floor_ms = -9007199254740991 WHERE floor_ms IS NULL;
  RETURN true;
END
$function$;

-- Forgets everything, and closes the limiter until it has been rebuilt.
CREATE FUNCTION rate_limit_close() RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $function$
BEGIN
  UPDATE rate_limit_state SET floor_ms = NULL, epoch = epoch + 1;
  DELETE FROM rate_limit_slots;
  DELETE FROM rate_limit_bounds;
END
$function$;
`;

/** Takes everything away that `postgresLimiterSchema` made. */
export const postgresLimiterSchemaDown = `
DROP FUNCTION rate_limit_close();
DROP FUNCTION rate_limit_rebuild(text[], text[], bigint[], bigint[], bigint[], bigint);
DROP FUNCTION rate_limit_release(text[]);
DROP FUNCTION rate_limit_peek(
  bigint, integer, text[], integer[], bigint[], bigint[],
  text[], bigint[], bigint[], bigint[], integer[], integer[], integer[]
);
DROP FUNCTION rate_limit_reserve(
  bigint, integer, text[], integer[], bigint[], bigint[],
  text[], bigint[], bigint[], bigint[], integer[], integer[], integer[]
);
DROP FUNCTION rate_limit_write(
  integer[], bigint[], text[], text[], integer[], bigint[],
  text[], bigint[], integer[], integer[], integer[]
);
DROP TABLE rate_limit_state;
DROP TABLE rate_limit_bounds;
DROP TABLE rate_limit_slots;
`;
