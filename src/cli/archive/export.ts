import { EventEmitter, once } from "node:events";
import { open, rm, type FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { GlucoseArchive } from "../../archive/archive.ts";
import { clarityForm } from "../../archive/clarity.ts";
import { CSV_FORM, NDJSON_FORM, type LineForm } from "../../archive/formats.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { countOf } from "../counts.ts";
import { UsageError } from "../exit.ts";
import type { Io } from "../io.ts";

/** Forms of an export. */
export type ExportForm = "csv" | "ndjson" | "clarity";

/** Characters that are held before they are written. */
const CHUNK_LENGTH = 65_536;

/**
 * Writes all readings to a new file for this user alone, or to the output. Memory does not grow with their number. A
 * file that can't be completed is removed.
 */
export async function exportArchive(
  archive: Pick<GlucoseArchive, "read">,
  io: Io,
  { file, form, unit }: { readonly file: string | undefined; readonly form: ExportForm; readonly unit: GlucoseUnit },
): Promise<void> {
  const lines = formOf(form, unit);
  if (file === undefined) {
    io.requireWholeOutput?.();
    await writeLines(archive, lines, (text) => writeToOutput(io, text));
    return;
  }
  const handle = await createFile(file);
  const write = async (text: string): Promise<void> => {
    io.signal.throwIfAborted();
    await handle.writeFile(text).catch(failToWrite);
  };
  try {
    const count = await writeLines(archive, lines, write).finally(() => handle.close());
    io.stdout.write(`${countOf(count, "reading")} exported.\n`);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

function formOf(form: ExportForm, unit: GlucoseUnit): LineForm {
  if (form === "clarity") return clarityForm(unit);
  return form === "ndjson" ? NDJSON_FORM : CSV_FORM;
}

/** Returns the number of readings. */
async function writeLines(
  archive: Pick<GlucoseArchive, "read">,
  { header, line }: LineForm,
  write: (text: string) => Promise<void>,
): Promise<number> {
  let text = header;
  let count = 0;
  for await (const point of archive.read()) {
    text += line(point, count++);
    if (text.length < CHUNK_LENGTH) continue;
    await write(text);
    text = "";
  }
  await write(text);
  return count;
}

async function writeToOutput({ stdout, signal }: Io, text: string): Promise<void> {
  const isFull = stdout.write(text) === false;
  if (isFull && stdout instanceof EventEmitter) await once(stdout, "drain", { signal }).catch(() => undefined);
  // A failure of the output and a signal are seen only here: pages of the archive are read without a pause.
  await setImmediate();
  signal.throwIfAborted();
}

async function createFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") failToWrite(error);
    throw new UsageError("export: The file exists already. Choose another name.");
  }
}

function failToWrite(error: unknown): never {
  throw new Error(`export: The file can't be written (${(error as NodeJS.ErrnoException).code ?? "unknown"}).`);
}
