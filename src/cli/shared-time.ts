import type { Clock } from "../clock.ts";

/** Makes a clock that is `aheadMs` ahead of another, such as that of another machine. */
export function shift(clock: Clock, aheadMs: number): Clock {
  return {
    now: () => clock.now() + aheadMs,
    elapsed: () => clock.elapsed?.() ?? clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    hold: (work) => clock.hold?.(work) ?? work,
  };
}

/**
 * Speeds a clock up, without ever stopping it. Two processes agree about the time only if neither stops its clock while
 * it is at work, because the other does not know of it.
 */
export async function speedUp(clock: Clock, speed: number): Promise<Clock> {
  const { ScaledClock } = await import("../simulator/clock/scaled-clock.ts");
  const scaled = new ScaledClock({ speed, clock });
  return {
    speed,
    now: () => scaled.now(),
    elapsed: () => scaled.elapsed(),
    sleep: (ms, signal) => scaled.sleep(ms, signal),
    hold: (work) => clock.hold?.(work) ?? work,
  };
}
