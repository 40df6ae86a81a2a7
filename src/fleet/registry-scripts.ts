/**
 * Lua of the registry. An account is a field of `accounts` (its region, a colon, its sealed key), and in `states` what
 * its last poll left. `due` has the time of its next poll, `parked` and `paused` say why it has none. The job in BullMQ is
 * only a timer: whatever happens to it, nothing is lost with it.
 */

/** ARGV: id, value and due time of each account. Returns for each 1 (new), 0 (known), or the region that it leaves. */
export const ADD = {
  name: "add",
  lua: `
local results = {}
for i = 1, #ARGV, 3 do
  local id, value, due = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local old = redis.call("HGET", KEYS[1], id)
  local region = old and old:match("^(%w+):")
  if region == value:match("^(%w+):") then
    results[#results + 1] = 0
  else
    redis.call("HSET", KEYS[1], id, value)
    redis.call("ZADD", KEYS[3], due, id)
    redis.call("HDEL", KEYS[2], id)
    redis.call("HDEL", KEYS[4], id)
    redis.call("SREM", KEYS[5], id)
    results[#results + 1] = region or 1
  end
end
return results`,
};

/** ARGV: id. Returns the region that it was in, or nil. */
export const REMOVE = {
  name: "remove",
  lua: `
local old = redis.call("HGET", KEYS[1], ARGV[1])
redis.call("HDEL", KEYS[1], ARGV[1])
redis.call("HDEL", KEYS[2], ARGV[1])
redis.call("ZREM", KEYS[3], ARGV[1])
redis.call("HDEL", KEYS[4], ARGV[1])
redis.call("SREM", KEYS[5], ARGV[1])
return old and old:match("^(%w+):")`,
};

/** ARGV: id. Returns account, state, due time, parking and pause. */
export const LOAD = {
  name: "load",
  lua: `
local id = ARGV[1]
return {
  redis.call("HGET", KEYS[1], id), redis.call("HGET", KEYS[2], id), redis.call("ZSCORE", KEYS[3], id),
  redis.call("HGET", KEYS[4], id), redis.call("SISMEMBER", KEYS[5], id),
}`,
};

/**
 * Ends a poll. ARGV: id, revision that the poll began with, new state, due time, then names and numbers to count.
 * KEYS[6] counts for good, KEYS[7] for a while. Returns 0 if the account was removed or paused meanwhile, else 1.
 *
 * If another worker has polled the account meanwhile, because this one was taken for dead, its newer state stays.
 */
export const FINISH = {
  name: "finish",
  lua: `
local id = ARGV[1]
for key = 6, 7 do
  for i = 5, #ARGV, 2 do redis.call("HINCRBY", KEYS[key], ARGV[i], ARGV[i + 1]) end
end
redis.call("PEXPIRE", KEYS[7], 1800000)
if redis.call("HEXISTS", KEYS[1], id) == 0 then return 0 end
local old = redis.call("HGET", KEYS[2], id)
local revision = old and old:match("^(%d+):") or "0"
if revision == ARGV[2] then redis.call("HSET", KEYS[2], id, string.format("%d:%s", revision + 1, ARGV[3])) end
if redis.call("SISMEMBER", KEYS[5], id) == 1 then return 0 end
if redis.call("HEXISTS", KEYS[4], id) == 0 then redis.call("ZADD", KEYS[3], ARGV[4], id) end
return 1`,
};

/** ARGV: id, parking. */
export const PARK = {
  name: "park",
  lua: `
if redis.call("HEXISTS", KEYS[1], ARGV[1]) == 0 then return end
redis.call("HSET", KEYS[4], ARGV[1], ARGV[2])
redis.call("ZREM", KEYS[3], ARGV[1])`,
};

/** ARGV: id. Returns the region, or nil if there is no such account. */
export const PAUSE_ACCOUNT = {
  name: "pauseAccount",
  lua: `
local account = redis.call("HGET", KEYS[1], ARGV[1])
if not account then return false end
redis.call("SADD", KEYS[5], ARGV[1])
redis.call("ZREM", KEYS[3], ARGV[1])
return account:match("^(%w+):")`,
};

/**
 * ARGV: id, due time, and 1 to end a pause as well as a parking. Returns the region, or nil if there is no such account or
 * it stays paused.
 */
export const RESUME = {
  name: "resume",
  lua: `
local account = redis.call("HGET", KEYS[1], ARGV[1])
redis.call("HDEL", KEYS[4], ARGV[1])
if ARGV[3] == "1" then redis.call("SREM", KEYS[5], ARGV[1]) end
if not account or redis.call("SISMEMBER", KEYS[5], ARGV[1]) == 1 then return false end
redis.call("ZADD", KEYS[3], ARGV[2], ARGV[1])
return account:match("^(%w+):")`,
};

/**
 * ARGV: now, the time before which a poll counts as late. Returns the numbers of all, due, late, parked and paused
 * accounts, then fields and numbers of the counters in each further key.
 */
export const COUNT = {
  name: "count",
  lua: `
local all = {
  redis.call("HLEN", KEYS[1]), redis.call("ZCOUNT", KEYS[3], "-inf", ARGV[1]),
  redis.call("ZCOUNT", KEYS[3], "-inf", ARGV[2]), redis.call("HLEN", KEYS[4]), redis.call("SCARD", KEYS[5]),
}
for i = 6, #KEYS do all[i] = redis.call("HGETALL", KEYS[i]) end
return all`,
};

/**
 * ARGV: a cursor, the prefix of BullMQ's keys. Returns the next cursor, and id and region of the accounts that have no job
 * and should have one.
 */
export const FIND_LOST = {
  name: "findLost",
  lua: `
local page = redis.call("HSCAN", KEYS[1], ARGV[1], "COUNT", 500)
local found = {page[1]}
for i = 1, #page[2], 2 do
  local id = page[2][i]
  local region = page[2][i + 1]:match("^(%w+):")
  if region and redis.call("EXISTS", ARGV[2] .. ":" .. region .. ":" .. id) == 0 and redis.call("SISMEMBER", KEYS[5], id) == 0 then
    found[#found + 1] = id
    found[#found + 1] = region
  end
end
return found`,
};
