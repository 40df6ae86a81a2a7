/** Timestamps of one reading shift slightly between answers; two readings are five minutes apart (wire-protocol 10.3). */
export const SAME_MS = 60_000;
/** Where two readings are further apart, one of the grid of five minutes is missing between them. */
const HOLE_MS = 450_000;
/** One reading every five minutes (wire-protocol 14). */
export const SLOT_MS = 300_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** How far back every request looks for what belongs into a hole: three hours. A product would stay in every bundle. */
const REACH_MS = 10_800_000;
/** What the service holds (wire-protocol 3.4). */
const DAY_MINUTES = 1440;
const DAY_COUNT = 288;
/** Two days of readings: none is forgotten that the service still holds. */
const MAX_KEPT = 576;

/** What was delivered: says how far back the next request has to reach, and which readings of its answer are new. */
export interface Ledger {
  /**
   * The `minutes` and the `maxCount` to ask for: back to the newest delivered reading, or to the oldest hole of the last
   * three hours; and once an hour all that can be delivered, because a reading may turn up anywhere.
   *
   * @param now By the service's clock; Infinity where that is not known.
   */
  reach(now: number): [minutes: number, maxCount: number];
  /** The readings of an answer of that time that are new, oldest first; `late` where a newer one was delivered before. */
  take<T extends { readonly time: number }>(answer: readonly T[], now: number): (T & { late?: true })[];
}

/**
 * @param since Readings after this are delivered; `undefined` for the latest and those after it.
 * @param isSeen Whether the reading of that time has been delivered.
 */
export function makeLedger(since: number | undefined, isSeen: boolean): Ledger {
  /** Nothing up to here is delivered any more. */
  let floor = since;
  /** Of delivered readings, oldest first. */
  const times = isSeen ? [since!] : [];
  let sweptAt = -Infinity;
  let isSweep = false;

  return {
    reach(now) {
      if (floor === undefined) return [DAY_MINUTES, 1];
      isSweep = now - sweptAt >= HOUR_MS;
      let from = floor;
      for (const time of isSweep ? [] : times) {
        const isHole = time - from > HOLE_MS && time > now - REACH_MS;
        from = isHole ? Math.max(from, now - REACH_MS) : time;
        if (isHole) break;
      }
      // No fewer than five, because even the service's own clocks may differ.
      const minutes = clamp(Math.ceil((now - from) / MINUTE_MS), 5, DAY_MINUTES);
      return [minutes, Math.min(minutes, DAY_COUNT)];
    },
    take(answer, now) {
      if (isSweep) sweptAt = now;
      const newest = times.at(-1)!;
      const fresh: ((typeof answer)[number] & { late?: true })[] = [];
      for (const reading of [...answer].reverse()) {
        const { time } = reading;
        if (time <= floor! || times.some((other) => Math.abs(time - other) <= SAME_MS)) continue;
        fresh.push(time < newest ? { ...reading, late: true } : reading);
        times.push(time);
      }
      times.sort((a, b) => a - b);
      // Of a phone whose clock was ahead for a moment it must not hide those that come after it.
      if (times[0]) floor ??= times[0] - now > SLOT_MS ? now - SLOT_MS : times[0];
      // What is forgotten stays delivered.
      while (times.length > MAX_KEPT) floor = times.shift()! + SAME_MS;
      return fresh;
    },
  };
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
