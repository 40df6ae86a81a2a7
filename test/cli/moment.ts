import { systemClock, type Clock } from "../../src/index.ts";

/** Afternoon in New York. */
export const NOW: number = Date.UTC(2026, 0, 15, 20, 0);

/** A clock that stands still for whoever looks at it, and lets real time pass for whoever waits. */
export const fixedClock: Clock = { now: () => NOW, sleep: (ms, signal) => systemClock.sleep(ms, signal) };
