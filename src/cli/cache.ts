import type { Clock } from "../clock.ts";
import { MemorySessionCache, type SessionCache } from "../session-cache.ts";

/** Where the command keeps its session: this is the one place that decides it. */
export interface CommandCache {
  readonly cache: SessionCache;
  /** What `doctor` says of it: what is there, never what it holds. */
  describe(): Promise<string>;
}

export function openCache(clock: Clock): CommandCache {
  return {
    cache: new MemorySessionCache(clock),
    describe: async () => "in memory only: every run of the command logs in anew",
  };
}
