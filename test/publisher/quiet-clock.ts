import type { Clock } from "../../src/clock.ts";

/** Later than all of the protocol's examples. */
export const NOW: number = Date.UTC(2026, 0, 1, 12);

/**
 * A clock on which short waits are over at once and long ones, which are time limits, never: for tests in which only the
 * order of things counts.
 */
export function quietClock(): Clock {
  let now = NOW;
  return {
    now: () => now,
    sleep: (ms) => {
      if (ms >= 10_000) return new Promise(() => undefined);
      now += ms;
      return Promise.resolve();
    },
  };
}
