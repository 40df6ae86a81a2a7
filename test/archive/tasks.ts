/** Tasks of a process that uses an archive. */
import { writeSync } from "node:fs";
import type { GlucoseArchive } from "../../src/archive/index.ts";
import { START } from "./points.ts";

/** What the process is to do with its archive. */
export interface ArchiveTask {
  /** File of a SQLite archive, or key of one in Redis. */
  readonly file: string;
  /** Address of the Redis server. */
  readonly url?: string;
  /** `"write"` adds without end and prints what was acknowledged; `"try"` adds one reading, and prints how that went. */
  readonly what: "write" | "try";
  /** First minute that is written. */
  readonly first?: number;
  /** By how much the instants are late: two writers have the same readings, seconds apart. */
  readonly lateMs?: number;
}

/** Readings of one `add()`, a minute apart. */
export const BATCH = 3;

export function readTask(): ArchiveTask {
  return JSON.parse(process.argv.at(-1)!) as ArchiveTask;
}

export async function runTask(archive: GlucoseArchive, { what, first = 0, lateMs = 0 }: ArchiveTask): Promise<void> {
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
  }
  try {
    say(JSON.stringify({ added: await add(first) }));
  } catch (error) {
    const { name, code, message, advice } = error as Error & { readonly code: string; readonly advice: string };
    say(JSON.stringify({ name, code, message, advice }));
  }
}
