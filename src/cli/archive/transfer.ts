import { readFile, writeFile } from "node:fs/promises";
import type { GlucoseArchive } from "../../archive/archive.ts";
import {
  formatClarityCsv,
  formatCsv,
  formatNdjson,
  parseClarityCsv,
  parseCsv,
  parseNdjson,
} from "../../archive/csv.ts";
import { READING_INTERVAL_MS } from "../../glucose/cadence.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { countOf } from "../counts.ts";
import { UsageError } from "../exit.ts";
import { isInteractive, type Io } from "../io.ts";
import { ask } from "../prompt.ts";
import { collect } from "./collect.ts";

/** Forms of an export. */
export type ExportForm = "csv" | "ndjson" | "clarity";

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

/** Writes all readings to a new file for this user alone, or to the output. */
export async function exportArchive(
  archive: GlucoseArchive,
  io: Io,
  { file, form, unit }: { readonly file: string | undefined; readonly form: ExportForm; readonly unit: GlucoseUnit },
): Promise<void> {
  const points = await collect(archive.read());
  const text = write(points, form, unit);
  if (file === undefined) {
    io.stdout.write(text);
    return;
  }
  try {
    await writeFile(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const code = codeOf(error);
    throw code === "EEXIST"
      ? new UsageError("export: The file exists already. Choose another name.")
      : new Error(`export: The file can't be written (${code}).`);
  }
  io.stdout.write(`${countOf(points.length, "reading")} exported.\n`);
}

function write(points: readonly GlucosePoint[], form: ExportForm, unit: GlucoseUnit): string {
  if (form === "clarity") return formatClarityCsv(points, { unit });
  return form === "ndjson" ? formatNdjson(points) : formatCsv(points);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}
