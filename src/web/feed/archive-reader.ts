import { elapsedMs, schedule, type Clock } from "../../clock.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import { RequestError } from "../http/request-error.ts";
import type { WearerOptions } from "../options.ts";

/** Longest wait for an archive. The script of the page waits 10 s for the view. */
const LIMIT_MS = 4000;
/** Time after a failure in which the archive is not read again. */
const PAUSE_MS = 60_000;

/** Reads the archive of a wearer. An archive that throws or hangs costs a request a few seconds at most. */
export class ArchiveReader {
  readonly #archive: NonNullable<WearerOptions["archive"]>;
  readonly #clock: Clock;
  #pausedUntil = -Infinity;

  constructor(archive: NonNullable<WearerOptions["archive"]>, clock: Clock) {
    this.#archive = archive;
    this.#clock = clock;
  }

  /** @throws {RequestError} 503 if the archive can't be read. */
  async read(from: Date, to: Date | undefined): Promise<GlucosePoint[]> {
    if (elapsedMs(this.#clock) < this.#pausedUntil) throw unavailable();
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = schedule(this.#clock, LIMIT_MS, () => reject(unavailable()));
    });
    try {
      return await Promise.race([this.#list(from, to), late]);
    } catch {
      // The error of the archive may hold paths or addresses, so it is not passed on.
      this.#pausedUntil = elapsedMs(this.#clock) + PAUSE_MS;
      throw unavailable();
    } finally {
      cancel();
    }
  }

  async #list(from: Date, to: Date | undefined): Promise<GlucosePoint[]> {
    const points: GlucosePoint[] = [];
    for await (const point of this.#archive.read({ from, to })) points.push(point);
    return points;
  }
}

function unavailable(): RequestError {
  return new RequestError(503, "The archive can't be read", { "retry-after": "60" });
}
