import { HISTORY_MS, SAME_READING_MS } from "../glucose/cadence.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { assertArgument, checkMethods, isObject } from "../validate.ts";
import type { GlucoseArchive } from "./archive.ts";

/** Readings to keep, or a function that makes them from the date after which they are wanted. */
export type KeepSource<T extends GlucosePoint> = AsyncIterable<T> | ((since: Date) => AsyncIterable<T>);

/**
 * Passes readings through and stores each in an archive before it hands it on.
 *
 * Pass a function to go on after a restart: it gets the date from which to follow, 24 hours before the latest reading
 * in the archive, because readings may still come late. Readings that the archive had at the start are not handed on
 * again. For an empty archive the date is 1970, so that it begins with all that the service holds.
 *
 * @throws {ArgumentError} If an argument is invalid.
 *
 * @example
 * ```ts
 * import { keep } from "dexcom-share-ts/archive";
 * import { SqliteArchive } from "dexcom-share-ts/archive/sqlite";
 * const archive = new SqliteArchive({ file: "glucose.db" });
 * for await (const reading of keep((since) => dexcom.watch({ since }), archive)) console.log(reading.mgDl);
 * ```
 */
export function keep<T extends GlucosePoint>(
  source: KeepSource<T>,
  archive: Pick<GlucoseArchive, "add" | "read" | "latest">,
): AsyncGenerator<T, void, undefined> {
  const isSource = typeof source === "function" || (isObject(source) && Symbol.asyncIterator in source);
  assertArgument(isSource, "source must be an async iterable, or a function that returns one");
  checkMethods("archive", archive, ["add", "read", "latest"]);
  let iterator: AsyncIterator<T> | undefined;
  const open = (iterable: AsyncIterable<T>): AsyncIterator<T> => (iterator = iterable[Symbol.asyncIterator]());
  const readings = typeof source === "function" ? resume(source, archive, open) : pass(open(source), archive);
  const leave = readings.return.bind(readings);
  // A generator's own would wait for a `next` that is pending, which may take minutes.
  readings.return = async () => {
    await iterator?.return?.();
    return leave();
  };
  return readings;
}

async function* resume<T extends GlucosePoint>(
  source: (since: Date) => AsyncIterable<T>,
  archive: Pick<GlucoseArchive, "add" | "read" | "latest">,
  open: (iterable: AsyncIterable<T>) => AsyncIterator<T>,
): AsyncGenerator<T, void, undefined> {
  const since = await resumeDate(archive);
  const known: number[] = [];
  const from = new Date(since.getTime() - SAME_READING_MS);
  for await (const { datetime } of archive.read({ from })) known.push(datetime.getTime());
  const isKnown = (time: number): boolean => known.some((other) => Math.abs(other - time) < SAME_READING_MS);
  for await (const point of pass(open(source(since)), archive)) {
    if (!isKnown(point.datetime.getTime())) yield point;
  }
}

async function* pass<T extends GlucosePoint>(
  iterator: AsyncIterator<T>,
  archive: Pick<GlucoseArchive, "add">,
): AsyncGenerator<T, void, undefined> {
  for await (const point of { [Symbol.asyncIterator]: () => iterator }) {
    await archive.add([point]);
    yield point;
  }
}

/**
 * Returns the date from which to follow the service so that an archive misses nothing: 24 hours before its latest
 * reading, or 1970 if it is empty. The service holds 24 hours.
 */
export async function resumeDate(archive: Pick<GlucoseArchive, "latest">): Promise<Date> {
  const latest = await archive.latest();
  return new Date(latest === undefined ? 0 : latest.datetime.getTime() - HISTORY_MS);
}
