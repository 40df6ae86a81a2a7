/** Uses a SQLite archive in a process of its own. */
import { writeSync } from "node:fs";
import { SqliteArchive } from "../../src/archive/sqlite.ts";
import { START } from "./points.ts";

/** What the process is to do. */
export interface SqliteTask {
  readonly file: string;
  /** `"write"` adds without end and prints what was acknowledged; `"try"` adds one reading, and prints how that went. */
  readonly what: "write" | "try";
  /** First minute that is written. */
  readonly first?: number;
  /** By how much the instants are late: two writers have the same readings, seconds apart. */
  readonly lateMs?: number;
}

const BATCH = 3;

const { file, what, first = 0, lateMs = 0 } = JSON.parse(process.argv.at(-1)!) as SqliteTask;
const archive = new SqliteArchive({ file, busyTimeoutMs: 5000 });
const add = (minute: number): Promise<number> =>
  archive.add(
    Array.from({ length: BATCH }, (_, i) => ({
      mgDl: 100 + (minute % 200),
      datetime: new Date(START + (minute + i) * 60_000 + lateMs),
      timezone: "+0100",
    })),
  );
const say = (text: string): void => void writeSync(1, `${text}\n`);

if (what === "write") {
  for (let minute = first; ; minute += BATCH) {
    await add(minute);
    say(String(minute));
  }
} else {
  try {
    say(JSON.stringify({ added: await add(first) }));
  } catch (error) {
    const { name, code, message, advice } = error as Error & { readonly code: string; readonly advice: string };
    say(JSON.stringify({ name, code, message, advice }));
  }
}
