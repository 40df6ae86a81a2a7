/**
 * Measures statistics and archives over many readings, in processor time: `npm run bench:archive -- --readings=1000000`.
 *
 * Each row of the statistics is measured in turns with a plain loop over the same array, and the ratio is the median of
 * the rounds. The archives add batches of 288 readings, a day each, and stream all of them back.
 * Then the command exports them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { KeyValueArchive, MemoryArchive, type GlucoseArchive, type GlucosePoint } from "../../../src/archive/index.ts";
import { SqliteArchive } from "../../../src/archive/sqlite.ts";
import { exportArchive } from "../../../src/cli/archive/export.ts";
import type { Io } from "../../../src/cli/io.ts";
import { episodes, profile, summarize } from "../../../src/statistics/index.ts";
import { collectedBytes } from "../collected-bytes.ts";
import { median } from "../figure.ts";
import { hourLoop, madeUpPoints, meanAndSdLoop } from "./loops.ts";

const ROUNDS = 5;
const BATCH = 288;

/** Processor seconds that some work takes. */
async function secondsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function printRatio(
  points: readonly GlucosePoint[],
  { name, work, loop }: { readonly name: string; readonly work: () => unknown; readonly loop: () => unknown },
): Promise<void> {
  const rounds: { readonly own: number; readonly plain: number }[] = [];
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++)
    rounds.push({ own: await secondsOf(work), plain: await secondsOf(loop) });
  const measured = rounds.slice(1);
  const own = median(measured.map((round) => round.own));
  const ratio = median(measured.map((round) => round.own / round.plain));
  console.log(
    [name, perSecond(points.length, own), `${(own * 1000).toFixed(0)} ms`, `× ${ratio.toFixed(2)}`].join(" | "),
  );
}

async function printArchive(name: string, archive: GlucoseArchive, points: readonly GlucosePoint[]): Promise<void> {
  const add = await secondsOf(async () => {
    for (let i = 0; i < points.length; i += BATCH) await archive.add(points.slice(i, i + BATCH));
  });
  const read = await secondsOf(async () => {
    let count = 0;
    for await (const { mgDl } of archive.read()) count += Number(mgDl > 0);
    if (count !== points.length) throw new Error(`${name} holds ${count} readings`);
  });
  const heap = await heapOfRead(archive, Math.ceil(points.length / 10));
  await archive.close();
  const rates = [perSecond(points.length, add), perSecond(points.length, read)];
  console.log([name, ...rates, `${(heap / 1024).toFixed(0)} KB`].join(" | "));
}

/** Most bytes that a streamed read holds, looked at once every `each` readings. */
async function heapOfRead(archive: GlucoseArchive, each: number): Promise<number> {
  const heap = new HeapOfRead(archive, each);
  for await (const { mgDl } of heap.read()) if (!(mgDl > 0)) throw new Error(`read ${mgDl} mg/dL`);
  return heap.highest;
}

/** Prints the most bytes that the command's export holds, to an output that throws everything away. */
async function printExport(archive: GlucoseArchive, readings: number): Promise<void> {
  const heap = new HeapOfRead(archive, Math.ceil(readings / 10));
  let length = 0;
  const stdout = { write: (text: string) => void (length += text.length) };
  const io = { stdout, signal: new AbortController().signal } as unknown as Io;
  const seconds = await secondsOf(() => exportArchive(heap, io, { file: undefined, form: "csv", unit: "mg/dL" }));
  const megabytes = `${(length / 1e6).toFixed(0)} MB of text`;
  console.log(
    ["export as CSV", perSecond(readings, seconds), megabytes, `${(heap.highest / 1024).toFixed(0)} KB`].join(" | "),
  );
}

/** An archive that is read, with the most bytes that were held by then, looked at once every `each` readings. */
class HeapOfRead {
  highest = 0;
  readonly #archive: GlucoseArchive;
  readonly #each: number;

  constructor(archive: GlucoseArchive, each: number) {
    this.#archive = archive;
    this.#each = each;
  }

  async *read(): AsyncGenerator<GlucosePoint, void, undefined> {
    const before = await collectedBytes();
    let count = 0;
    for await (const point of this.#archive.read()) {
      if (++count % this.#each === 0) this.highest = Math.max(this.highest, (await collectedBytes()) - before);
      yield point;
    }
  }
}

function perSecond(count: number, seconds: number): string {
  return `${Math.round(count / seconds).toLocaleString("en")}/s`;
}

function mapArchive(): KeyValueArchive {
  const kept = new Map<string, string>();
  return new KeyValueArchive({
    get: async (key) => kept.get(key),
    set: async (key, value) => kept.set(key, value),
    delete: async (key) => kept.delete(key),
  });
}

const { values } = parseArgs({ options: { readings: { type: "string", default: "1000000" } } });
const points = madeUpPoints(Number(values.readings));
const mean = (): number => meanAndSdLoop(points);
const hours = (): number => hourLoop(points);
console.log(`${points.length.toLocaleString("en")} readings, Node ${process.versions.node}, processor time\n`);
console.log("statistics | readings | once | beside a plain loop");
await printRatio(points, { name: "summarize, beside mean and SD", work: () => summarize(points), loop: mean });
await printRatio(points, { name: "episodes, beside mean and SD", work: () => episodes(points), loop: mean });
await printRatio(points, { name: "profile, beside a sum by hour", work: () => profile(points), loop: hours });

const folder = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-bench-"));
try {
  console.log("\narchive | add, 288 at a time | read | heap of a streamed read");
  await printArchive("memory", new MemoryArchive(), points);
  await printArchive("key-value, a map", mapArchive(), points);
  const file = path.join(folder, "glucose.db");
  await printArchive("SQLite", new SqliteArchive({ file }), points);
  console.log("\ncommand | readings | written | heap");
  const archive = new SqliteArchive({ file });
  await printExport(archive, points.length);
  await archive.close();
} finally {
  await rm(folder, { recursive: true });
}
