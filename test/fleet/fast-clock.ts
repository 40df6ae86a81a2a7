/**
 * A clock that several processes share: `speed` times as fast as real time from the same moment on. It never stands
 * still, unlike `ScaledClock`, because no process knows of the requests of another.
 */
import { systemClock, type Clock } from "../../src/clock.ts";

export function fastClock(speed: number, startMs: number): Clock {
  const now = (): number => Math.round(startMs + (Date.now() - startMs) * speed);
  return {
    speed,
    now,
    elapsed: () => performance.now() * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}
