/**
 * What all scripts share. A script reaches the logs of scopes that the call does not name, since
 * what is forgotten or released may lie under any key; all keys share one hash tag, so they live
 * in one slot of a Cluster.
 */
const LEDGER = `
-- KEYS[1] open: run id of the server that the ledger is known to be complete on, a space, and the
-- ledger's name there
-- KEYS[2] due: sorted set of reservation ids by the time at which to forget (some of) them
-- KEYS[3] reservations: hash of id to msgpack {start, end, {at, key, ...}, ...}, ascending by at
-- KEYS[4] floor: the latest time to which something forgotten could still have mattered
-- Beside them, for each scope key: <prefix>s:<key> and <prefix>e:<key>, sorted sets of
-- reservation ids by the start and by the end of their slots.
-- ARGV[1] prefix
local openKey, dueKey, reservationsKey, floorKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local prefix = ARGV[1]

local function text(number)
  return string.format('%.0f', number)
end

-- Writes wait until the script ends, or reads what they change: one command then writes for many
-- requests. Of each sorted set: scores by id to add, how many, and ids to remove.
local waiting = {}
local records = {} -- by id; false: gone
local fetched = {} -- as stored, by id; false: not there

local function waitingFor(key)
  if not waiting[key] then
    waiting[key] = { adds = {}, added = 0, removes = {} }
  end
  return waiting[key]
end

local function put(key, score, id)
  local set = waitingFor(key)
  local adds = set.adds
  if not adds[id] then
    set.added = set.added + 1
  end
  adds[id], set.removes[id] = score, nil
end

local function drop(key, id)
  local set = waitingFor(key)
  if set.adds[id] then
    set.adds[id], set.added = nil, set.added - 1
  end
  set.removes[id] = true
end

-- Lua passes some thousands of arguments at most.
local function inParts(command, key, values)
  for from = 1, #values, 1000 do
    redis.call(command, key, unpack(values, from, math.min(from + 999, #values)))
  end
end

local function write(key)
  local set = waiting[key]
  if not set then
    return
  end
  waiting[key] = nil
  local adds, removes = {}, {}
  for id, score in pairs(set.adds) do
    adds[#adds + 1] = score
    adds[#adds + 1] = id
  end
  for id in pairs(set.removes) do
    removes[#removes + 1] = id
  end
  inParts('ZREM', key, removes)
  inParts('ZADD', key, adds)
end

local function writeAll()
  local key = next(waiting)
  while key do
    write(key)
    key = next(waiting)
  end
  local kept, gone = {}, {}
  for id, record in pairs(records) do
    if record then
      kept[#kept + 1] = id
      kept[#kept + 1] = cmsgpack.pack(record)
    else
      gone[#gone + 1] = id
    end
  end
  inParts('HDEL', reservationsKey, gone)
  inParts('HSET', reservationsKey, kept)
end

-- Reads many reservations at once, for \`read\` to find.
local function fetch(ids)
  for from = 1, #ids, 1000 do
    local to = math.min(from + 999, #ids)
    for n, packed in ipairs(redis.call('HMGET', reservationsKey, unpack(ids, from, to))) do
      fetched[ids[from + n - 1]] = packed and cmsgpack.unpack(packed)
    end
  end
end

local function read(id)
  if records[id] == nil then
    return fetched[id]
  end
  return records[id]
end

local function save(id, record)
  records[id] = record
  put(dueKey, text(record[3][1]), id)
end

local function add(id, record)
  -- Written once for all keys: to write a number out is dear.
  local from, to = text(record[1]), text(record[2])
  for g = 3, #record do
    for k = 2, #record[g] do
      put(prefix .. 's:' .. record[g][k], from, id)
      put(prefix .. 'e:' .. record[g][k], to, id)
    end
  end
  save(id, record)
end

-- Takes the groups of a fetched reservation out that are due at upTo (all, where it is nil).
-- Returns the record as it was, and the time of the last group taken out.
local function take(id, upTo)
  local record = read(id)
  if not record then
    return nil
  end
  local kept, last = { record[1], record[2] }, nil
  for g = 3, #record do
    local group = record[g]
    if upTo and group[1] > upTo then
      kept[#kept + 1] = group
    else
      last = group[1]
      for k = 2, #group do
        drop(prefix .. 's:' .. group[k], id)
        drop(prefix .. 'e:' .. group[k], id)
      end
    end
  end
  if #kept > 2 then
    save(id, kept)
  else
    records[id] = false
    drop(dueKey, id)
  end
  return record, last
end

-- The server's run id: it changes with a restart and with a fail-over to a replica, after which
-- the newest reservations may be missing. '?' where the user may not ask.
local function runId()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%w+)') or '?'
end

-- The ledger's name on this server, or nil while it is closed: the token of the rebuilding that
-- opened it, and after a slash how often it was extended since.
local function generation()
  local opened = redis.call('GET', openKey)
  local server = runId() .. ' '
  if opened and string.sub(opened, 1, #server) == server then
    return string.sub(opened, #server + 1)
  end
  return nil
end

local function record(keys, from, to, groups)
  local made = { from, to }
  for g = 1, #groups do
    local group = { to + groups[g][1] }
    for k = 2, #groups[g] do
      group[k] = keys[groups[g][k] + 1]
    end
    made[g + 2] = group
  end
  return made
end
`;

/** Reserves slots. */
export const RESERVE_SCRIPT = `
-- Reserves a slot for each request in turn, in all its scopes or in none.
-- KEYS and ARGV[1] as below
-- ARGV[2] now, ms
-- ARGV[3] how many expired reservations to forget at most
-- ARGV[4] JSON {keys: [key], scopes: [[key index, limit, window, width]],
--   requests: [[id, not before, not after, width, [scope index], [[retention, key index, ...]]]]}
-- Indices count from 0, times and lengths are whole milliseconds.
-- Returns 'closed', or for each request three strings: '1', start, '' where granted;
-- '0', earliest start or '' for never, index of the scope that refused or '' where not.
${LEDGER}
local now = tonumber(ARGV[2])
if not generation() then
  return 'closed'
end

local floor = tonumber(redis.call('GET', floorKey) or '-inf')
local forgotten = floor
local expired = redis.call('ZRANGEBYSCORE', dueKey, '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
fetch(expired)
for _, id in ipairs(expired) do
  local _, last = take(id, now)
  if last and last > forgotten then
    forgotten = last
  end
end
if forgotten > floor then
  floor = forgotten
  redis.call('SET', floorKey, text(floor))
end

local call = cjson.decode(ARGV[4])
local keys, scopes = call.keys, call.scopes
local ids = {}
for n, request in ipairs(call.requests) do
  -- What has been forgotten above is gone.
  if records[request[1]] == nil then
    ids[#ids + 1] = request[1]
  end
end
fetch(ids)

-- See earliest-start.ts for why this is right. Starts known not to fit, [from, to) per scope,
-- are kept within the call: they stay so while slots are only added.
local known = {}
-- How many slots are stored at the end of a window that a start looks back on, by key and scope:
-- no fewer than for any later start, and so what a limit far off is soonest compared with.
local counted = {}
local function stored(key, index, x, window)
  local ofKey = counted[key] or {}
  counted[key] = ofKey
  local last = ofKey[index]
  if not last or last.x > x then
    local count = redis.call('ZCOUNT', prefix .. 'e:' .. key, '(' .. text(x - window), '+inf')
    last = { x = x, count = count }
    ofKey[index] = last
  end
  return last.count
end

local function earliest(index, x)
  local scope = scopes[index + 1]
  local key, limit, window, width = keys[scope[1] + 1], scope[2], scope[3], scope[4]
  local skip = known[index]
  if skip and skip.from <= x and x < skip.to then
    x = skip.to
  end
  local first = x
  local set = waiting[prefix .. 'e:' .. key]
  local pairs = 0
  if stored(key, index, x, window) + (set and set.added or 0) >= limit then
    write(prefix .. 's:' .. key)
    write(prefix .. 'e:' .. key)
    counted[key] = nil
    pairs = stored(key, index, x, window) - limit + 1
  end
  if pairs > 0 then
    local lowest = '(' .. text(x - window)
    local starts = redis.call('ZRANGE', prefix .. 's:' .. key, -pairs, -1, 'WITHSCORES')
    local ends =
      redis.call('ZRANGEBYSCORE', prefix .. 'e:' .. key, lowest, '+inf', 'WITHSCORES', 'LIMIT', 0, pairs)
    for n = 2, 2 * pairs, 2 do
      local from, to = tonumber(starts[n]), tonumber(ends[n])
      if from - window - width >= x then
        break
      end
      if from - to < window and x < to + window then
        x = to + window
      end
    end
  end
  if x > first then
    if skip and skip.from <= first and first <= skip.to then
      skip.to = x
    else
      known[index] = { from = first, to = x }
    end
  end
  return x
end

local answer = {}
local function reply(granted, start, scope)
  answer[#answer + 1] = granted
  answer[#answer + 1] = start
  answer[#answer + 1] = scope
end

for _, request in ipairs(call.requests) do
  local id, notBefore, notAfter, width, wanted, groups = unpack(request)
  local never
  for _, index in ipairs(wanted) do
    if scopes[index + 1][2] == 0 and not never then
      never = index
    end
  end
  if never then
    reply('0', '', text(never))
  else
    local former = take(id, nil)
    if former then
      known = {}
    end
    local start, blocker = math.max(notBefore, now, floor), nil
    -- A start is right once all scopes in turn have left it where it is.
    local turn, settled = 0, 0
    while settled < #wanted do
      local index = wanted[turn % #wanted + 1]
      local later = earliest(index, start)
      turn, settled = turn + 1, settled + 1
      if later > start then
        start, blocker, settled = later, index, 1
      end
    end
    if start <= notAfter then
      if #groups > 0 then
        add(id, record(keys, start, start + width, groups))
      end
      reply('1', text(start), '')
    else
      if former then
        add(id, former)
      end
      reply('0', text(start), blocker and text(blocker) or '')
    end
  end
end
writeAll()
return answer
`;

/** Gives reservations back. */
export const RELEASE_SCRIPT = `
-- Takes reservations out of all their logs; unknown ids are ignored.
-- KEYS and ARGV[1] as below
-- ARGV[2...] ids
${LEDGER}
local ids = {}
for n = 2, #ARGV do
  ids[n - 1] = ARGV[n]
end
fetch(ids)
for _, id in ipairs(ids) do
  take(id, nil)
end
writeAll()
return 'ok'
`;

/** Says whether the limiter is open, and what it is called. */
export const GENERATION_SCRIPT = `
-- Returns the name of the ledger where it is complete on this server, else nil.
-- KEYS and ARGV[1] as below
${LEDGER}
return generation() or false
`;

/** Adds past hand-offs. */
const MERGE = `
-- The record of a slot kept under each key until the later of the times in two records of it.
local function longerOf(one, other)
  local latest, times, groups = {}, {}, {}
  for _, given in ipairs({ one, other }) do
    for g = 3, #given do
      for k = 2, #given[g] do
        local key, at = given[g][k], given[g][1]
        latest[key] = math.max(latest[key] or at, at)
      end
    end
  end
  for key, at in pairs(latest) do
    if not groups[at] then
      groups[at] = { at }
      times[#times + 1] = at
    end
    table.insert(groups[at], key)
  end
  table.sort(times)
  local made = { one[1], one[2] }
  for _, at in ipairs(times) do
    made[#made + 1] = groups[at]
  end
  return made
end

-- Adds those that are not known. One that is keeps its slot; it is kept under each key for the
-- longer of both times. So several processes can add the same ones at once, in any order.
-- part: {keys: [key], records: [[id, start, end, [[retention, key index, ...]]]]}
local function mergeAll(part)
  local ids = {}
  for n, entry in ipairs(part.records) do
    ids[n] = entry[1]
  end
  fetch(ids)
  for _, entry in ipairs(part.records) do
    local id, known = entry[1], read(entry[1])
    local from, to = entry[2], entry[3]
    if known then
      from, to = known[1], known[2]
    end
    local given = record(part.keys, from, to, entry[4])
    add(id, known and longerOf(known, given) or given)
  end
end
`;

/** Adds past hand-offs to the ledger, a part at a time, and opens it with the last part. */
export const REBUILD_SCRIPT = `
-- Adds a part of the past hand-offs. Each process leaves a token with its first part, which its last
-- part must find: a store emptied in between is not opened half filled.
-- KEYS and ARGV[1] as below
-- ARGV[2] token of this rebuilding
-- ARGV[3] '1' with the first part
-- ARGV[4] '1' with the last part
-- ARGV[5] JSON of a part
-- Returns 'ok', or 'restart' where the store has lost the parts before.
${LEDGER}
${MERGE}
-- The token ends by itself, in real time, when its process does not come back.
local tokenKey = prefix .. 'rebuild:' .. ARGV[2]
local server = runId()
if ARGV[3] == '1' then
  redis.call('SET', tokenKey, server, 'PX', 600000)
elseif redis.call('GET', tokenKey) ~= server then
  return 'restart'
end
mergeAll(cjson.decode(ARGV[5]))
writeAll()
if ARGV[4] == '1' then
  -- Where another was faster its token stays: nothing was lost in between.
  if not generation() then
    redis.call('SET', openKey, server .. ' ' .. ARGV[2])
  end
  redis.call('DEL', tokenKey)
end
return 'ok'
`;

/** Gives an open ledger its next name. */
export const RENAME_SCRIPT = `
-- Returns the new name, or nil while the ledger is closed.
-- KEYS and ARGV[1] as below
${LEDGER}
local name = generation()
if not name then
  return false
end
local token, extended = string.match(name, '^([^/]*)/?(%d*)$')
name = token .. '/' .. text((tonumber(extended) or 0) + 1)
redis.call('SET', openKey, runId() .. ' ' .. name)
return name
`;

/** Adds past hand-offs to an open ledger, a part at a time. */
export const EXTEND_SCRIPT = `
-- Adds a part of the past hand-offs, where nothing was lost since the ledger had the name.
-- KEYS and ARGV[1] as below
-- ARGV[2] name that the ledger had before they were read
-- ARGV[3] JSON of a part
-- Returns 'ok', or 'lost'.
${LEDGER}
${MERGE}
local function token(name)
  return name and string.match(name, '^[^/]*')
end
if token(generation()) ~= token(ARGV[2]) then
  return 'lost'
end
mergeAll(cjson.decode(ARGV[3]))
writeAll()
return 'ok'
`;
