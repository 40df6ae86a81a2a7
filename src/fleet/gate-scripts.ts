/**
 * Lua of the request gate. Its hash holds `next` (the first free slot), `until` (the end of a pause) and `strikes` (the
 * number of pauses in a row). Redis' own clock decides, so that the clocks of the workers need not agree. Instants are
 * written with `%d`, because Lua would write them as 1.7e+12.
 */
const NOW = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gate = redis.call("HMGET", KEYS[1], "next", "until", "strikes")
local free = math.max(now, tonumber(gate[1] or "0"))
local paused = tonumber(gate[2] or "0")`;

/**
 * ARGV: spacing, and the longest wait. Returns a status and milliseconds: 1 and the wait until the slot that is now
 * taken; 0 and the wait until a slot may be taken; -1 and the rest of a pause.
 */
export const RESERVE = {
  name: "reserve",
  lua: `${NOW}
if paused > now then return {-1, paused - now} end
local wait = free - now
if wait > tonumber(ARGV[2]) then return {0, math.ceil(wait - tonumber(ARGV[2]))} end
redis.call("HSET", KEYS[1], "next", string.format("%.3f", free + tonumber(ARGV[1])))
return {1, math.ceil(wait)}`,
};

/** Returns the rest of a pause in milliseconds, 0 without one. */
export const REST_OF_PAUSE = { name: "restOfPause", lua: `${NOW}\nreturn math.max(0, paused - now)` };

/**
 * ARGV: the pause that the service asked for or -1, the first pause without such a hint, the longest one, and the time
 * after which the count starts again. Returns the rest of the pause, and 1 if this call began it.
 */
export const PAUSE = {
  name: "pause",
  lua: `${NOW}
local hint, isNew, strikes = tonumber(ARGV[1]), paused <= now, tonumber(gate[3] or "0")
if isNew then
  if now - paused > tonumber(ARGV[4]) then strikes = 0 end
  if hint < 0 then hint = math.min(tonumber(ARGV[2]) * 2 ^ strikes, tonumber(ARGV[3])) end
  strikes = strikes + 1
end
local rest = math.ceil(math.max(paused - now, hint))
redis.call("HSET", KEYS[1], "until", string.format("%d", now + rest), "strikes", strikes)
return {rest, isNew and 1 or 0}`,
};
