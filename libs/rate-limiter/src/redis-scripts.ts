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
-- KEYS[5] logs: hash of scope key to its log where that has few slots: msgpack {id, start, end, ...};
-- else to how many it has. Most keys, such as recipients' domains, have few: one command reads or
-- writes all of these.
-- Beside them, for each scope key with many slots, <prefix>log:<key>: a sorted set of both ends of
-- each, s<id> at its start and e<id> at its end and 2^51. One set takes one call to write. Times are
-- within 2^50, so that all starts come before all ends, and sums are exact.
-- ARGV[1] prefix
local openKey, dueKey, reservationsKey, floorKey, logsKey = unpack(KEYS)
local prefix = ARGV[1]
local ENDS = 2 ^ 51
local FEW = 8

-- To write a number out is dear, and most slots of a call have the same ends.
local texts = {}
local function text(number)
  local known = texts[number]
  if not known then
    known = string.format('%.0f', number)
    texts[number] = known
  end
  return known
end

-- Writes wait until the script ends, or reads what they change: one command then writes for many
-- requests. Of a sorted set: scores by member to add, how many, and members to remove.
local function noChanges()
  return { adds = {}, added = 0, removes = {} }
end
local due = noChanges()
-- By scope key, all that a call can touch: of few slots {count, slots: {start, end} by id}; of many
-- {size, changes}, where the size is that of the set as it is stored.
local logs = {}
local records = {} -- by id; false: gone
local fetched = {} -- as stored, by id; false: not there

local function put(changes, score, member)
  local adds = changes.adds
  if not adds[member] then
    changes.added = changes.added + 1
  end
  adds[member], changes.removes[member] = score, nil
end

local function drop(changes, member)
  if changes.adds[member] then
    changes.adds[member], changes.added = nil, changes.added - 1
  end
  changes.removes[member] = true
end

-- Lua passes some thousands of arguments at most. Returns the sum of the answers.
local function inParts(command, key, values)
  local sum = 0
  for from = 1, #values, 1000 do
    sum = sum + redis.call(command, key, unpack(values, from, math.min(from + 999, #values)))
  end
  return sum
end

-- Returns by how many members the set has grown.
local function write(key, changes)
  local adds, removes = {}, {}
  for member, score in pairs(changes.adds) do
    adds[#adds + 1] = score
    adds[#adds + 1] = member
  end
  for member in pairs(changes.removes) do
    removes[#removes + 1] = member
  end
  local removed = inParts('ZREM', key, removes)
  return inParts('ZADD', key, adds) - removed
end

local function setOf(key)
  return prefix .. 'log:' .. key
end

local function writeSet(key, log)
  log.size = log.size + write(setOf(key), log.changes) / 2
  log.changes = noChanges()
end

local function unpackLog(stored)
  if not stored then
    return { count = 0, slots = {} }
  end
  local size = tonumber(stored)
  if size then
    return { size = size, changes = noChanges() }
  end
  local list, slots = cmsgpack.unpack(stored), {}
  for n = 1, #list, 3 do
    slots[list[n]] = { list[n + 1], list[n + 2] }
  end
  return { count = #list / 3, slots = slots }
end

-- Reads the logs of these keys, before anything is put into them or dropped.
local function fetchLogs(keys)
  local unknown = {}
  for _, key in ipairs(keys) do
    if not logs[key] then
      unknown[#unknown + 1] = key
    end
  end
  for from = 1, #unknown, 1000 do
    local to = math.min(from + 999, #unknown)
    for n, stored in ipairs(redis.call('HMGET', logsKey, unpack(unknown, from, to))) do
      logs[unknown[from + n - 1]] = unpackLog(stored)
    end
  end
end

local function putSlot(key, id, from, to)
  local log = logs[key]
  log.changed = true
  if log.changes then
    put(log.changes, text(from), 's' .. id)
    put(log.changes, text(to + ENDS), 'e' .. id)
    return
  end
  if not log.slots[id] then
    log.count = log.count + 1
  end
  log.slots[id] = { from, to }
  if log.count > FEW then
    logs[key] = { size = 0, changes = noChanges() }
    for known, slot in pairs(log.slots) do
      putSlot(key, known, slot[1], slot[2])
    end
  end
end

local function dropSlot(key, id)
  local log = logs[key]
  log.changed = true
  if log.changes then
    drop(log.changes, 's' .. id)
    drop(log.changes, 'e' .. id)
  elseif log.slots[id] then
    log.slots[id], log.count = nil, log.count - 1
  end
end

local function packLog(log)
  if log.changes then
    return log.size > 0 and text(log.size)
  end
  local list = {}
  for id, slot in pairs(log.slots) do
    list[#list + 1] = id
    list[#list + 1] = slot[1]
    list[#list + 1] = slot[2]
  end
  return #list > 0 and cmsgpack.pack(list)
end

local function writeLogs()
  local kept, gone = {}, {}
  for key, log in pairs(logs) do
    if log.changed then
      if log.changes then
        writeSet(key, log)
      end
      local packed = packLog(log)
      if packed then
        kept[#kept + 1] = key
        kept[#kept + 1] = packed
      else
        gone[#gone + 1] = key
      end
    end
  end
  inParts('HDEL', logsKey, gone)
  inParts('HSET', logsKey, kept)
end

local function writeAll()
  writeLogs()
  write(dueKey, due)
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

-- Reads many reservations at once, for \`read\` to find, and the logs that they are in.
local function fetch(ids)
  local keys = {}
  for from = 1, #ids, 1000 do
    local to = math.min(from + 999, #ids)
    for n, packed in ipairs(redis.call('HMGET', reservationsKey, unpack(ids, from, to))) do
      local record = packed and cmsgpack.unpack(packed)
      fetched[ids[from + n - 1]] = record
      for g = 3, record and #record or 0 do
        for k = 2, #record[g] do
          keys[#keys + 1] = record[g][k]
        end
      end
    end
  end
  fetchLogs(keys)
end

local function read(id)
  if records[id] == nil then
    return fetched[id]
  end
  return records[id]
end

local function save(id, record)
  records[id] = record
  put(due, text(record[3][1]), id)
end

local function add(id, record)
  for g = 3, #record do
    for k = 2, #record[g] do
      putSlot(record[g][k], id, record[1], record[2])
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
        dropSlot(group[k], id)
      end
    end
  end
  if #kept > 2 then
    save(id, kept)
  else
    records[id] = false
    drop(due, id)
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
fetchLogs(keys)

-- See earliest-start.ts for why this is right. Starts known not to fit, [from, to) per scope,
-- are kept within the call: they stay so while slots are only added.
local known = {}
-- How many slots are stored at the end of a window that a start looks back on, by key and scope:
-- no fewer than for any later start, and so what a limit not far off is compared with.
local counted = {}
local function endsAfter(time)
  return '(' .. text(math.max(time, -2 ^ 50) + ENDS)
end
local function stored(key, index, x, window)
  local ofKey = counted[key] or {}
  counted[key] = ofKey
  local last = ofKey[index]
  if not last or last.x > x then
    local count = redis.call('ZCOUNT', setOf(key), endsAfter(x - window), '+inf')
    last = { x = x, count = count }
    ofKey[index] = last
  end
  return last.count
end

-- The pairs of earliest-start.ts, of a log with few slots: its starts, its ends, and how many.
local function pairsOfFew(log, x, window, limit)
  local starts, ends = {}, {}
  for _, slot in pairs(log.slots) do
    starts[#starts + 1] = slot[1]
    if slot[2] > x - window then
      ends[#ends + 1] = slot[2]
    end
  end
  local count = #ends - limit + 1
  table.sort(starts)
  table.sort(ends)
  return { unpack(starts, #starts - count + 1) }, ends, count
end

-- The same of a log with many.
local function pairsOfMany(key, index, log, x, window, limit)
  local free = limit - log.changes.added / 2
  -- All slots of the log are the cheapest bound, which a limit far off does not come near.
  if log.size < free or stored(key, index, x, window) < free then
    return nil, nil, 0
  end
  writeSet(key, log)
  counted[key] = nil
  local count = stored(key, index, x, window) - limit + 1
  if count <= 0 then
    return nil, nil, 0
  end
  local part = { 'WITHSCORES', 'LIMIT', 0, count }
  local last = redis.call('ZREVRANGEBYSCORE', setOf(key), '(' .. text(2 ^ 50), '-inf', unpack(part))
  local first = redis.call('ZRANGEBYSCORE', setOf(key), endsAfter(x - window), '+inf', unpack(part))
  local starts, ends = {}, {}
  for n = 1, count do
    starts[n] = tonumber(last[2 * (count - n + 1)])
    ends[n] = tonumber(first[2 * n]) - ENDS
  end
  return starts, ends, count
end

local function earliest(index, x)
  local scope = scopes[index + 1]
  local key, limit, window, width = keys[scope[1] + 1], scope[2], scope[3], scope[4]
  local skip = known[index]
  if skip and skip.from <= x and x < skip.to then
    x = skip.to
  end
  local first = x
  local log = logs[key]
  local starts, ends, count = nil, nil, 0
  if log.changes then
    starts, ends, count = pairsOfMany(key, index, log, x, window, limit)
  elseif log.count >= limit then
    starts, ends, count = pairsOfFew(log, x, window, limit)
  end
  for n = 1, count do
    local from, to = starts[n], ends[n]
    if from - window - width >= x then
      break
    end
    if from - to < window and x < to + window then
      x = to + window
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
  fetchLogs(part.keys)
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
