import { open } from "node:fs/promises";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { makeFolder } from "../stores/file-folder.ts";
import { retryWhileBusy } from "./sqlite-busy.ts";
import { makeSqliteError } from "./sqlite-errors.ts";

/** Marks a database as an archive of this package: "dxsh". */
const APPLICATION_ID = 0x64_78_73_68;

/** Steps that lead from each version of the schema to the next. `user_version` says how many were made. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE reading (
    time INTEGER PRIMARY KEY,
    mg_dl INTEGER NOT NULL,
    trend INTEGER,
    utc_offset INTEGER,
    is_ahead INTEGER NOT NULL
  ) STRICT`,
];

/** Opens the database and brings it to this version. @throws {ArchiveError} */
export async function openDatabase(file: string, busyTimeoutMs: number): Promise<DatabaseSync> {
  const sqlite = await importSqlite();
  await makeFolder(path.dirname(path.resolve(file)));
  await createPrivately(file);
  return retryWhileBusy(() => {
    const database = new sqlite.DatabaseSync(file);
    try {
      prepareDatabase(database, file);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }, busyTimeoutMs);
}

function prepareDatabase(database: DatabaseSync, file: string): void {
  database.exec("PRAGMA busy_timeout = 0");
  const isNew = transact(database, () => checkVersion(database, file), "BEGIN") < MIGRATIONS.length;
  if (pragma(database, "journal_mode") !== "wal") database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
  if (isNew) transact(database, () => migrate(database, file));
}

/** Creates the file if it does not exist. SQLite would create it readable for everybody. */
async function createPrivately(file: string): Promise<void> {
  try {
    await (await open(file, "wx", 0o600)).close();
  } catch (error) {
    // Never open one that is there: on closing it, POSIX drops the locks of every other connection in this process.
    if ((error as { readonly code?: unknown }).code !== "EEXIST") throw error;
  }
}

/** Runs `work` in a transaction. By default it takes the lock for writing at once. */
export function transact<T>(database: DatabaseSync, work: () => T, begin = "BEGIN IMMEDIATE"): T {
  database.exec(begin);
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk has rolled it back already. The first releases with node:sqlite don't tell.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-boolean-literal-compare -- see above
    if (database.isTransaction !== false) database.exec("ROLLBACK");
    throw error;
  }
}

async function importSqlite(): Promise<typeof import("node:sqlite")> {
  try {
    return await import("node:sqlite");
  } catch {
    throw makeSqliteError("ARCHIVE_UNSUPPORTED", "This runtime has no node:sqlite");
  }
}

/** Changes nothing, because the file may be another program's. @returns The version. */
function checkVersion(database: DatabaseSync, file: string): number {
  const version = pragma(database, "user_version") as number;
  const isOurs = pragma(database, "application_id") === APPLICATION_ID;
  const isEmpty = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()!["tables"] === 0;
  if (!isOurs && (version > 0 || !isEmpty)) {
    throw makeSqliteError("ARCHIVE_FOREIGN", `${file} is a database of another program; nothing was changed`);
  }
  if (version > MIGRATIONS.length) {
    const message = `The archive ${file} has version ${version}, and this release knows ${MIGRATIONS.length}`;
    throw makeSqliteError("ARCHIVE_TOO_NEW", `${message}; nothing was changed`);
  }
  return version;
}

function migrate(database: DatabaseSync, file: string): void {
  // Again, now that nobody else writes: another process may have done it meanwhile.
  const version = checkVersion(database, file);
  for (const step of MIGRATIONS.slice(version)) database.exec(step);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`);
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0];
}
