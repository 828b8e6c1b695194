/**
 * The tables and functions of the Postgres limiter, for a migration to run as the owner, with the
 * wanted schema first in `search_path`: the functions keep the path that they are created under.
 * Roles that use the limiter need `SELECT, INSERT, DELETE` on `rate_limit_slots`,
 * `SELECT, UPDATE` on `rate_limit_state`, and `EXECUTE` on the functions.
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

CREATE TABLE rate_limit_state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  floor_ms bigint
);
COMMENT ON TABLE rate_limit_state IS
  'One row, the lock of the limiter; floor_ms is the latest time to which a forgotten slot could have mattered, null while the limiter is closed';
INSERT INTO rate_limit_state (floor_ms) VALUES (-9007199254740991);

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
  former rate_limit_slots[];
  never integer;
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
  -- How many slots end after (x - window) was counted per scope for x = counted_from; with what
  -- the call has granted under the key since, that bounds the count for any later x.
  scope_count integer := coalesce(array_length(scope_limits, 1), 0);
  counted_from bigint[];
  counted bigint[];
  granted_under bigint[];
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

  granted_under := array_fill(0::bigint, ARRAY[cardinality(key_names)]);
  counted := array_fill(0::bigint, ARRAY[scope_count]);
  counted_from := array_fill(NULL::bigint, ARRAY[scope_count]);
  known_from := counted_from;
  known_to := counted_from;

  FOR n IN 1 .. coalesce(array_length(request_ids, 1), 0) LOOP
    never := NULL;
    FOR p IN wanted_from[n] .. wanted_to[n] LOOP
      IF scope_limits[wanted[p]] = 0 AND never IS NULL THEN
        never := wanted[p];
      END IF;
    END LOOP;
    IF never IS NOT NULL THEN
      answer := answer || jsonb_build_array(false, NULL, never);
      CONTINUE;
    END IF;

    WITH gone AS (
      DELETE FROM rate_limit_slots WHERE reservation_id = request_ids[n] RETURNING *
    )
    SELECT array_agg(gone::rate_limit_slots) INTO former FROM gone;
    IF former IS NOT NULL THEN
      counted_from := array_fill(NULL::bigint, ARRAY[scope_count]);
      known_from := counted_from;
      known_to := counted_from;
    END IF;

    x := greatest(not_before[n], now_ms, floor_at);
    blocker := NULL;
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

    IF x <= not_after[n] THEN
      INSERT INTO rate_limit_slots (reservation_id, scope_key, slot_start, slot_end, expires_at)
      SELECT request_ids[n], key_names[scope_key_nos[w.no]], x, x + widths[n],
        x + widths[n] + max(scope_windows[w.no])
      FROM unnest(wanted[wanted_from[n] : wanted_to[n]]) AS w (no)
      GROUP BY scope_key_nos[w.no];
      FOR k IN
        SELECT DISTINCT scope_key_nos[w.no]
        FROM unnest(wanted[wanted_from[n] : wanted_to[n]]) AS w (no)
      LOOP
        granted_under[k] := granted_under[k] + 1;
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
  RETURN to_jsonb(answer);
END
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

-- Adds known hand-offs, one array element per hand-off and key; a reservation that is known
-- already stays as it is. Opens the limiter.
CREATE FUNCTION rate_limit_rebuild(
  ids text[],
  scope_keys text[],
  starts bigint[],
  ends bigint[],
  expiries bigint[]
) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $function$
BEGIN
  PERFORM FROM rate_limit_state FOR UPDATE;
  INSERT INTO rate_limit_slots (reservation_id, scope_key, slot_start, slot_end, expires_at)
  SELECT r.id, r.scope_key, r.slot_start, r.slot_end, r.expires_at
  FROM unnest(ids, scope_keys, starts, ends, expiries)
    AS r (id, scope_key, slot_start, slot_end, expires_at)
  WHERE NOT EXISTS (SELECT FROM rate_limit_slots s WHERE s.reservation_id = r.id)
  ON CONFLICT DO NOTHING;
  UPDATE rate_limit_state SET floor_ms = -9007199254740991 WHERE floor_ms IS NULL;
END
$function$;

-- Forgets everything, and closes the limiter until it has been rebuilt.
CREATE FUNCTION rate_limit_close() RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $function$
BEGIN
  UPDATE rate_limit_state SET floor_ms = NULL;
  DELETE FROM rate_limit_slots;
END
$function$;
`;

/** Takes everything away that `postgresLimiterSchema` made. */
export const postgresLimiterSchemaDown = `
DROP FUNCTION rate_limit_close();
DROP FUNCTION rate_limit_rebuild(text[], text[], bigint[], bigint[], bigint[]);
DROP FUNCTION rate_limit_release(text[]);
DROP FUNCTION rate_limit_reserve(
  bigint, integer, text[], integer[], bigint[], bigint[],
  text[], bigint[], bigint[], bigint[], integer[], integer[], integer[]
);
DROP TABLE rate_limit_state;
DROP TABLE rate_limit_slots;
`;
