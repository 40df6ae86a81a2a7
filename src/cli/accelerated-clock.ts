import { elapsedMs, type Clock } from "../clock.ts";

/** Makes a clock that starts at `startMs` and runs `speed` times as fast as `clock`. */
export function accelerate(clock: Clock, speed: number, startMs: number = clock.now()): Clock {
  const origin = elapsedMs(clock);
  const passed = (): number => (elapsedMs(clock) - origin) * speed;
  return {
    now: () => Math.round(startMs + passed()),
    elapsed: passed,
    sleep: (ms, signal) => clock.sleep(ms / speed, signal),
    hold: (work) => clock.hold?.(work) ?? work,
  };
}
