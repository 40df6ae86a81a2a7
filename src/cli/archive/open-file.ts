import type { GlucoseArchive } from "../../archive/archive.ts";
import type { Clock } from "../../clock.ts";

/** A command that waits for longer looks as if it hung. */
const BUSY_TIMEOUT_MS = 5000;

/** Opens the archive in a file. It is created on first use. */
export async function openFile(file: string, clock: Clock): Promise<GlucoseArchive> {
  await loadSqliteQuietly();
  const { SqliteArchive } = await import("../../archive/sqlite-archive.ts");
  return new SqliteArchive({ file, clock, busyTimeoutMs: BUSY_TIMEOUT_MS });
}

/** Loads SQLite without the warning of Node 22 that it is experimental. Every other warning is shown. */
export async function loadSqliteQuietly(): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its object
  const { emitWarning } = process;
  process.emitWarning = (...args: unknown[]): void => {
    if (!isAboutSqlite(args)) Reflect.apply(emitWarning, process, args);
  };
  try {
    await import("node:sqlite");
  } catch {
    // The archive says what it needs.
  } finally {
    process.emitWarning = emitWarning;
  }
}

function isAboutSqlite([warning, options]: readonly unknown[]): boolean {
  const type = typeof options === "string" ? options : (options as { readonly type?: unknown } | undefined)?.type;
  return type === "ExperimentalWarning" && String(warning).startsWith("SQLite ");
}
