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
 * Makes a clock that never stands still. Two processes agree about the time only if neither stops its clock while it is
 * at work, because the other does not know of it.
 */
export function withoutHold(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed?.() ?? clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
