import type { Region } from "../region.ts";
import { isObject } from "../validate.ts";
import { ADD, COUNT, FIND_LOST, FINISH, LOAD, PARK, PAUSE_ACCOUNT, REMOVE, RESUME } from "./registry-scripts.ts";
import type { Scripts } from "./scripts.ts";

/** Reason for which an account is not polled. */
export interface Parking {
  /** Code of the error. */
  readonly reason: string;
  /** Milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** Digest of the refused credentials. */
  readonly digest: string;
}

/** Data that a poll leaves for the next one. */
export interface PollRecord {
  /** State of `poll()`. */
  readonly state?: unknown;
  /** Deliveries in a row that `onReadings` has rejected. */
  readonly failures?: number;
  /** Instant of the newest reading that was delivered; 0 before the first one. */
  readonly readingMs?: number;
}

/** An account as Redis has it. */
export interface StoredAccount {
  readonly region: Region;
  readonly sealedKey: string;
  /** Number of polls that have left a record, as text. */
  readonly revision: string;
  readonly record: PollRecord;
  /** `undefined` while the account is parked or paused. */
  readonly dueMs: number | undefined;
  readonly parking: Parking | undefined;
  readonly isPaused: boolean;
}

/** Numbers to add to the counters. */
export type Counts = Readonly<Record<string, number>>;

/** Time after its due time from which a poll counts as late. */
const LATE_MS = 60_000;
/** Counters of recent events are kept in hashes of so long. */
const WINDOW_MS = 300_000;

/** Keys of an account's scripts, in their order. */
const KEYS = ["accounts", "states", "due", "parked", "paused"];

/** The accounts of a fleet, and what is known about each: all of it in Redis. */
export class Registry {
  readonly #scripts: Scripts;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
  }

  /** Adds accounts. Returns for each 1 if it is new, 0 if it is known, or the region that it was in before. */
  async add(accounts: readonly { id: string; region: Region; sealedKey: string; dueMs: number }[]): Promise<unknown[]> {
    const args = accounts.flatMap(({ id, region, sealedKey, dueMs }) => [id, `${region}:${sealedKey}`, dueMs]);
    return (await this.#scripts.run(ADD, KEYS, args)) as unknown[];
  }

  /** Forgets an account. Returns its region, or `undefined` if there is no such account. */
  remove(id: string): Promise<Region | undefined> {
    return this.#regionFrom(REMOVE, [id]);
  }

  pause(id: string): Promise<Region | undefined> {
    return this.#regionFrom(PAUSE_ACCOUNT, [id]);
  }

  /** Ends a pause and a parking. */
  resume(id: string): Promise<Region | undefined> {
    return this.#regionFrom(RESUME, [id, Date.now(), 1]);
  }

  /** Ends a parking. Resolves to `false` if the account was removed or paused meanwhile. */
  async unpark(id: string): Promise<boolean> {
    return (await this.#regionFrom(RESUME, [id, Date.now(), 0])) !== undefined;
  }

  async load(id: string): Promise<StoredAccount | undefined> {
    const [account, state, due, parking, isPaused] = (await this.#scripts.run(LOAD, KEYS, [id])) as (string | null)[];
    if (typeof account !== "string") return undefined;
    const [region, sealedKey] = account.split(":") as [Region, string];
    const [, revision = "0", record] = /^(\d+):(.*)/.exec(state ?? "") ?? [];
    return {
      ...{ region, sealedKey },
      revision,
      record: parseObject(record) ?? {},
      dueMs: due === null || due === undefined ? undefined : Number(due),
      // Damaged, it is still a parking. Its digest fits no credentials, so that the next look ends it.
      parking:
        typeof parking === "string"
          ? { reason: "UNKNOWN", sinceMs: 0, digest: "", ...parseObject(parking) }
          : undefined,
      isPaused: Number(isPaused) === 1,
    };
  }

  /** Stores what a poll leaves. Resolves to `false` if the account was removed or paused meanwhile. */
  async finish(
    id: string,
    { revision, record, dueMs, counts }: { revision: string; record: PollRecord; dueMs: number; counts: Counts },
  ): Promise<boolean> {
    const counters = Object.entries(counts).filter(([, count]) => count !== 0);
    const window = `recent:${windowAt(Date.now())}`;
    const args = [id, revision, JSON.stringify(record), dueMs, ...counters.flat()];
    return Number(await this.#scripts.run(FINISH, [...KEYS, "counters", window], args)) === 1;
  }

  async park(id: string, parking: Parking): Promise<void> {
    await this.#scripts.run(PARK, KEYS, [id, JSON.stringify(parking)]);
  }

  /** Returns numbers of accounts, the counters since the beginning, and those of the last five to ten minutes. */
  async count(): Promise<{ readonly numbers: readonly number[]; readonly total: Counts; readonly recent: Counts }> {
    const now = Date.now();
    const window = windowAt(now);
    const keys = [...KEYS, "counters", `recent:${window - 1}`, `recent:${window}`];
    const found = (await this.#scripts.run(COUNT, keys, [now, now - LATE_MS])) as unknown[];
    const [total, before, recent] = found.slice(KEYS.length).map((fields) => toCounts(fields as string[]));
    return { numbers: found.slice(0, KEYS.length).map(Number), total: total!, recent: addCounts(before!, recent!) };
  }

  /** Yields the accounts that have no job although they should have one. `prefix` is that of BullMQ's keys. */
  async *lost(prefix: string): AsyncGenerator<{ id: string; region: Region }, void, undefined> {
    let cursor = "0";
    do {
      const [next, ...found] = (await this.#scripts.run(FIND_LOST, KEYS, [cursor, prefix])) as string[];
      cursor = next!;
      for (let index = 0; index < found.length; index += 2) {
        yield { id: found[index]!, region: found[index + 1] as Region };
      }
    } while (cursor !== "0");
  }

  async #regionFrom(script: { name: string; lua: string }, args: (string | number)[]): Promise<Region | undefined> {
    return ((await this.#scripts.run(script, KEYS, args)) as Region | null) ?? undefined;
  }
}

/** Reads JSON that may be damaged. */
function parseObject(text: string | null | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text!);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function windowAt(ms: number): number {
  return Math.floor(ms / WINDOW_MS);
}

function toCounts(fields: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < fields.length; index += 2) counts[fields[index]!] = Number(fields[index + 1]);
  return counts;
}

function addCounts(one: Counts, other: Counts): Counts {
  const sum: Record<string, number> = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
