import type { DatabaseSync } from "node:sqlite";
import { elapsedMs, systemClock, type Clock } from "../clock.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { checkMethods, checkMilliseconds, checkNames, checkText } from "../validate.ts";
import type { AddOptions, GlucoseArchive, TimeRange } from "./archive.ts";
import { checkBefore, checkRange, lastLatest, minDistanceOf, pointOf, rowsOf, type Row } from "./row.ts";
import { retryWhileBusy } from "./sqlite-busy.ts";
import { explainSqlite, makeSqliteError } from "./sqlite-errors.ts";
import { openDatabase, transact } from "./sqlite-open.ts";

/** Options of a `SqliteArchive`. */
export interface SqliteArchiveOptions {
  /** Database file. It and its folder are created on first use, for this user alone. */
  readonly file: string;
  /** Longest wait for another process that writes, in milliseconds. @default 10_000 */
  readonly busyTimeoutMs?: number | undefined;
  /** Clock that tells which readings are in the future. @default real time */
  readonly clock?: Clock | undefined;
}

/** Pause between two writes, as a share of the time that the first took. */
const PAUSE_SHARE = 0.5;
const MAX_PAUSE_MS = 20;
/** Rows that a read holds in memory at a time. */
const PAGE = 1000;

const COLUMNS = `time, mg_dl AS mgDl, trend, utc_offset AS "offset", is_ahead AS isAhead`;
const INSERT = `INSERT INTO reading (time, mg_dl, trend, utc_offset, is_ahead) SELECT ?, ?, ?, ?, ?
  WHERE NOT EXISTS (SELECT 1 FROM reading WHERE time > ? AND time < ?)`;
const READ = `SELECT ${COLUMNS} FROM reading WHERE time >= ? AND time < ? ORDER BY time LIMIT ${PAGE}`;
const LATEST = `SELECT ${COLUMNS} FROM reading WHERE time <= ? AND is_ahead = 0 ORDER BY time DESC LIMIT 1`;
const REMOVE = "DELETE FROM reading WHERE time < ?";

/**
 * Archive in a SQLite file, for Node, Bun and Deno. Several processes may use one file at once.
 *
 * A reading is on the disk when `add()` resolves: a process that is killed loses nothing that was acknowledged. The
 * file holds health data in plain form. Only its owner can read it.
 *
 * @example
 * ```ts
 * import { SqliteArchive } from "dexcom-share-ts/archive/sqlite";
 * const archive = new SqliteArchive({ file: "glucose.db" });
 * console.log(await archive.add(await dexcom.getGlucoseReadings()), "new readings");
 * await archive.close();
 * ```
 */
export class SqliteArchive implements GlucoseArchive {
  readonly file: string;
  readonly #busyTimeoutMs: number;
  readonly #clock: Clock;
  #database: Promise<DatabaseSync> | undefined;
  #nextWriteAt = 0;
  #isClosed = false;

  /** @throws {ArgumentError} If an option is invalid. Opens nothing yet. */
  constructor({ file, busyTimeoutMs, clock = systemClock, ...unknown }: SqliteArchiveOptions) {
    checkNames("options", unknown, ["file", "busyTimeoutMs", "clock"]);
    this.file = checkText("file", file);
    this.#busyTimeoutMs = checkMilliseconds("busyTimeoutMs", busyTimeoutMs, { fallback: 10_000, min: 0 });
    checkMethods("clock", clock, ["now"]);
    this.#clock = clock;
  }

  async add(points: Iterable<GlucosePoint>, options?: AddOptions): Promise<number> {
    await this.#letOthersWrite();
    return this.#use((database) => {
      const minDistanceMs = minDistanceOf(options);
      const rows = rowsOf(points);
      if (rows.length === 0) return 0;
      const start = elapsedMs(systemClock);
      const added = transact(database, () => {
        const insert = database.prepare(INSERT);
        let added = 0;
        for (const { time, mgDl, trend, offset, isAhead } of rows) {
          const around = [time - minDistanceMs, time + minDistanceMs] as const;
          added += Number(insert.run(time, mgDl, trend, offset, isAhead, ...around).changes);
        }
        return added;
      });
      const end = elapsedMs(systemClock);
      this.#nextWriteAt = end + Math.min((end - start) * PAUSE_SHARE, MAX_PAUSE_MS);
      return added;
    });
  }

  async *read(range?: TimeRange): AsyncGenerator<GlucosePoint, void, undefined> {
    const { from, to } = checkRange(range);
    let start = from;
    for (;;) {
      // In pages, because an open cursor would keep other processes from tidying up the log.
      const rows = await this.#use((database) => database.prepare(READ).all(start, to) as unknown as Row[]);
      for (const row of rows) yield pointOf(row);
      if (rows.length < PAGE) return;
      start = rows.at(-1)!.time + 1;
    }
  }

  latest(): Promise<GlucosePoint | undefined> {
    return this.#use((database) => {
      const row = database.prepare(LATEST).get(lastLatest(this.#clock.now())) as unknown as Row | undefined;
      return row && pointOf(row);
    });
  }

  remove(range: { readonly before: Date }): Promise<number> {
    return this.#use((database) => {
      const before = checkBefore(range);
      const removed = transact(database, () => Number(database.prepare(REMOVE).run(before).changes));
      // Else the log would hold what was deleted.
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      return removed;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const database = this.#database;
    this.#database = undefined;
    (await database?.catch(() => undefined))?.close();
  }

  /** Pauses after the last write, else a process that writes all the time would never let another have its turn. */
  async #letOthersWrite(): Promise<void> {
    const waitMs = this.#nextWriteAt - elapsedMs(systemClock);
    if (waitMs > 0) await systemClock.sleep(waitMs);
  }

  async #use<T>(work: (database: DatabaseSync) => T): Promise<T> {
    if (this.#isClosed) throw makeSqliteError("ARCHIVE_CLOSED", `The archive ${this.file} is closed`);
    const opening = (this.#database ??= openDatabase(this.file, this.#busyTimeoutMs));
    // The next call tries again: somebody may have made room meanwhile.
    const database = await opening.catch((error: unknown) => {
      if (this.#database === opening) this.#database = undefined;
      throw explainSqlite(error, this.file);
    });
    try {
      return await retryWhileBusy(() => work(database), this.#busyTimeoutMs);
    } catch (error) {
      throw explainSqlite(error, this.file);
    }
  }
}
