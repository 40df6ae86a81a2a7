import type { CallLimit } from "../../src/http/deadline.ts";
import type { RefusalCode, StoredRefusal } from "../../src/session/refusal.ts";
import { SealedBackend } from "../../src/session/sealed-backend.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { MapStore, Place, PlainMapStore } from "../stores/map-store.ts";

export const ID = "99999999-0000-4000-8000-000000000001";
export const OTHER_ID = "99999999-0000-4000-8000-000000000002";
const MINUTE_MS = 60_000;
const TTL_MS = 8 * MINUTE_MS;
const NO_LIMIT: CallLimit = { endsAtElapsedMs: Infinity };

interface Process {
  readonly get: (refused?: string) => Promise<string | undefined>;
  readonly set: (id: string) => Promise<void>;
  readonly delete: (id: string) => Promise<void>;
  readonly refuse: (code: RefusalCode, workedMsAgo?: number) => Promise<void>;
  /** Resolves with the refusals of other processes that a login reads before it posts. */
  readonly heard: () => Promise<readonly StoredRefusal[]>;
  readonly workedMsAgo: () => number;
}

interface ProcessOptions {
  readonly secrets?: readonly Uint8Array<ArrayBuffer>[];
  readonly username?: string;
  readonly password?: string;
  readonly canCompare?: boolean;
  /** Milliseconds by which its wall clock is behind. */
  readonly behindMs?: number;
}

/** Some processes, each with a backend of its own, that share one place. */
export function world(): {
  clock: VirtualClock;
  place: Place;
  events: string[];
  start: (options?: ProcessOptions) => Process;
} {
  const clock = new VirtualClock();
  const place = new Place(clock);
  const events: string[] = [];
  const start = (options: ProcessOptions = {}): Process => {
    const {
      secrets = [],
      username = "someone@example.com",
      password = "secret",
      canCompare = true,
      behindMs = 0,
    } = options;
    const backend = new SealedBackend(
      { store: canCompare ? new MapStore(place) : new PlainMapStore(place), ttlMs: TTL_MS, secrets },
      {
        username,
        accountId: undefined,
        password,
        servicesUrl: "https://share2.dexcom.com/",
        clock: { now: () => clock.now() - behindMs, sleep: clock.sleep.bind(clock), hold: clock.hold.bind(clock) },
        emit: (event) => events.push(event.type),
      },
    );
    return {
      get: async (refused) => backend.get(NO_LIMIT, refused),
      set: (id) => backend.set(id, NO_LIMIT),
      delete: (id) => backend.deleteIfCurrent(id, NO_LIMIT),
      refuse: (code, workedMsAgo = Infinity) =>
        backend.publishRefusal({ code, waitMs: 10 * MINUTE_MS }, workedMsAgo, NO_LIMIT),
      heard: async () => {
        let heard: readonly StoredRefusal[] = [];
        await backend.withLoginLock({ limit: NO_LIMIT, refused: undefined }, async (lease) => {
          heard = await lease.beforePost();
          return ID;
        });
        return heard;
      },
      workedMsAgo: () => backend.workedMsAgo(),
    };
  };
  return { clock, place, events, start };
}
