import { readFile } from "node:fs/promises";
import type { GlucoseArchive } from "../../archive/archive.ts";
import { parseClarityCsv, parseCsv, parseNdjson } from "../../archive/csv.ts";
import { READING_INTERVAL_MS } from "../../glucose/cadence.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import { countOf } from "../counts.ts";
import { UsageError } from "../exit.ts";
import { isInteractive, type Io } from "../io.ts";
import { ask } from "../prompt.ts";

/** Adds the readings of a file: an export of Dexcom Clarity or of this command. */
export async function importFile(
  archive: GlucoseArchive,
  io: Io,
  { file, timezone }: { readonly file: string; readonly timezone: string | undefined },
): Promise<void> {
  const text = await readText(file);
  const isClarity = /^\uFEFF?"?Index"?,/.test(text);
  const points = isClarity ? parseClarityCsv(text, { timeZone: timezone ?? (await askZone(io)) }) : parseOwn(text);
  // A gap is filled, and a reading that both know is not doubled by a clock that was some seconds off.
  const added = await archive.add(points, isClarity ? { minDistanceMs: READING_INTERVAL_MS / 2 } : {});
  io.stdout.write(`${countOf(points.length, "reading")} in the file, ${added.toLocaleString("en")} of them new.\n`);
}

function parseOwn(text: string): GlucosePoint[] {
  return text.trimStart().startsWith("{") ? parseNdjson(text) : parseCsv(text);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`import: The file can't be read (${codeOf(error)}).`);
  }
}

async function askZone(io: Io): Promise<string> {
  if (!isInteractive(io)) {
    throw new UsageError("--timezone is needed, such as Europe/Berlin: the times of a Clarity export have no offset.");
  }
  const [answer = ""] = await ask(io, [{ text: "Time zone in which the wearer lived, such as Europe/Berlin: " }]);
  return answer.trim();
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}
