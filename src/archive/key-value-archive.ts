import { systemClock, type Clock } from "../clock.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { assertArgument, checkMethods, checkNames } from "../validate.ts";
import { ArchiveError } from "./archive-error.ts";
import type { AddOptions, GlucoseArchive, TimeRange } from "./archive.ts";
import { checkBefore, checkRange, lastLatest, minDistanceOf, pointOf, rowsOf, type Row } from "./row.ts";
import { findLatest, insert, placeOf } from "./sorted-rows.ts";

const DAY_MS = 86_400_000;

/** Key-value service that keeps text until it is deleted. Workers KV has `put`, most others have `set`. */
export type ArchiveKeyValueService = {
  get(key: string): Promise<string | null | undefined>;
  delete(key: string): Promise<unknown>;
} & ({ set(key: string, value: string): Promise<unknown> } | { put(key: string, value: string): Promise<unknown> });

/** Options of a `KeyValueArchive`. */
export interface KeyValueArchiveOptions {
  /** Start of every key. Give each wearer their own. @default "glucose:" */
  readonly prefix?: string | undefined;
  /** Clock that tells which readings are in the future. @default real time */
  readonly clock?: Clock | undefined;
}

/** Row as it is stored. */
type Cells = readonly [time: number, mgDl: number, trend: number | null, offset: number | null, isAhead: 0 | 1];

function isCells(value: unknown): value is Cells {
  if (!Array.isArray(value) || value.length !== 5) return false;
  return value.every((cell, place) => Number.isSafeInteger(cell) || (cell === null && (place === 2 || place === 3)));
}

function isDay(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

/**
 * Archive in a key-value service such as Workers KV: one value for each UTC day, and one that lists the days.
 *
 * Only one process may write. Such a service has no transactions, so that of two writers one would overwrite the other.
 * Workers KV is eventually consistent too: a write can take a minute to reach other locations.
 *
 * @example
 * ```ts
 * import { KeyValueArchive, type ArchiveKeyValueService } from "dexcom-share-ts/archive";
 * declare const env: { GLUCOSE: ArchiveKeyValueService };
 * const archive = new KeyValueArchive(env.GLUCOSE);
 * await archive.add(await dexcom.getGlucoseReadings());
 * ```
 */
export class KeyValueArchive implements GlucoseArchive {
  readonly #service: ArchiveKeyValueService;
  readonly #prefix: string;
  readonly #clock: Clock;
  /** One change at a time: each reads a day before it writes it. */
  #changes: Promise<unknown> = Promise.resolve();

  /** @throws {ArgumentError} If an option is invalid. */
  constructor(
    service: ArchiveKeyValueService,
    { prefix = "glucose:", clock = systemClock, ...unknown }: KeyValueArchiveOptions = {},
  ) {
    checkNames("options", unknown, ["prefix", "clock"]);
    checkMethods("service", service, ["get", "delete"]);
    const hasWrite = ["put", "set"].some(
      (name) => typeof (service as Partial<Record<string, unknown>>)[name] === "function",
    );
    assertArgument(hasWrite, "service must have the method put or set");
    assertArgument(typeof prefix === "string", "prefix must be a string");
    checkMethods("clock", clock, ["now"]);
    this.#service = service;
    this.#prefix = prefix;
    this.#clock = clock;
  }

  add(points: Iterable<GlucosePoint>, options?: AddOptions): Promise<number> {
    return this.#change(async () => {
      const minDistanceMs = minDistanceOf(options);
      const rows = rowsOf(points);
      const days = new Set(rows.map(({ time }) => dayOf(time)));
      // The neighbours too: the same reading may have been kept seconds before midnight.
      const near = new Set(
        rows.flatMap(({ time }) => [dayOf(time - minDistanceMs), dayOf(time), dayOf(time + minDistanceMs)]),
      );
      const kept = new Map<string, Row[]>();
      for (const day of [...near].sort()) kept.set(day, await this.#readDay(day));
      const all = [...kept.values()].flat();
      const added = rows.filter((row) => insert(all, row, minDistanceMs));
      const changed = [...days].filter((day) => added.some(({ time }) => dayOf(time) === day));
      if (changed.length === 0) return 0;
      // The list first: a day that is listed and not there is empty, but one that is not listed would be lost.
      await this.#listDays([...(await this.#readDays()), ...changed]);
      for (const day of changed)
        await this.#writeDay(
          day,
          all.filter(({ time }) => dayOf(time) === day),
        );
      return added.length;
    });
  }

  async *read(range?: TimeRange): AsyncGenerator<GlucosePoint, void, undefined> {
    const { from, to } = checkRange(range);
    for (const day of await this.#readDays()) {
      const start = Date.parse(day);
      if (start + DAY_MS <= from || start >= to) continue;
      for (const row of await this.#readDay(day)) if (row.time >= from && row.time < to) yield pointOf(row);
    }
  }

  async latest(): Promise<GlucosePoint | undefined> {
    const until = lastLatest(this.#clock.now());
    for (const day of (await this.#readDays()).reverse()) {
      if (Date.parse(day) > until) continue;
      const row = findLatest(await this.#readDay(day), until);
      if (row) return pointOf(row);
    }
    return undefined;
  }

  remove(range: { readonly before: Date }): Promise<number> {
    return this.#change(async () => {
      const before = checkBefore(range);
      const [old, rest] = [[] as string[], [] as string[]];
      for (const day of await this.#readDays()) (Date.parse(day) + DAY_MS <= before ? old : rest).push(day);
      let count = 0;
      for (const day of old) {
        count += (await this.#readDay(day)).length;
        await this.#service.delete(this.#prefix + day);
      }
      const first = dayOf(before);
      if (rest.includes(first)) {
        const rows = await this.#readDay(first);
        const removed = placeOf(rows, before);
        count += removed;
        if (removed > 0) await this.#writeDay(first, rows.slice(removed));
      }
      if (old.length > 0) await this.#listDays(rest);
      return count;
    });
  }

  async close(): Promise<void> {
    await this.#changes;
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const change = this.#changes.then(work);
    this.#changes = change.catch(() => undefined);
    return change;
  }

  async #readDays(): Promise<string[]> {
    return this.#load("days", isDay);
  }

  #listDays(days: readonly string[]): Promise<unknown> {
    return this.#store("days", [...new Set(days)].sort());
  }

  async #readDay(day: string): Promise<Row[]> {
    const cells = await this.#load(day, isCells);
    return cells.map(([time, mgDl, trend, offset, isAhead]) => ({ time, mgDl, trend, offset, isAhead }));
  }

  #writeDay(day: string, rows: readonly Row[]): Promise<unknown> {
    const cells = rows.map(({ time, mgDl, trend, offset, isAhead }): Cells => [time, mgDl, trend, offset, isAhead]);
    return this.#store(day, cells);
  }

  async #load<T>(name: string, isItem: (value: unknown) => value is T): Promise<T[]> {
    const text = await this.#service.get(this.#prefix + name);
    if (text === null || text === undefined) return [];
    try {
      const value: unknown = JSON.parse(text);
      if (Array.isArray(value) && value.every(isItem)) return value;
    } catch {
      // Reported below, without the text: it holds readings.
    }
    throw new ArchiveError(
      "ARCHIVE_DAMAGED",
      `The value ${this.#prefix}${name} is not of an archive; nothing was changed`,
      { advice: "Keep the value, and restore it from a copy." },
    );
  }

  #store(name: string, value: unknown): Promise<unknown> {
    const service = this.#service;
    const text = JSON.stringify(value);
    return "put" in service ? service.put(this.#prefix + name, text) : service.set(this.#prefix + name, text);
  }
}

/** UTC date, such as `"2026-01-31"`. */
function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
