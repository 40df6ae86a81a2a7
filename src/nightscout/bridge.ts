import type { GlucoseArchive } from "../archive/archive.ts";
import { keep } from "../archive/keep.ts";
import { MemoryArchive } from "../archive/memory-archive.ts";
import { HISTORY_MS, SAME_READING_MS } from "../glucose/cadence.ts";
import { elapsedMs, type Clock } from "../clock.ts";
import { ArgumentError, DexcomError } from "../errors.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { assertArgument, checkMethods, checkSignal, isObject } from "../validate.ts";
import { delayAfter } from "../watch/back-off.ts";
import type { WatchOptions } from "../watch/watch.ts";
import type { EmitNightscout } from "./events.ts";
import { NightscoutError } from "./nightscout-error.ts";
import { uploadArchive } from "./upload-archive.ts";
import { uploaderParts, type NightscoutUploader } from "./uploader.ts";

/** Client to follow: a `Dexcom`. */
export interface BridgeSource {
  watch(options?: WatchOptions): AsyncGenerator<GlucosePoint, void, undefined>;
}

/** Archive of a bridge. Any archive of this package is one. */
export type BridgeArchive = Pick<GlucoseArchive, "add" | "read" | "latest">;

/** Options of `bridge()`. */
export interface BridgeOptions {
  /**
   * Archive that each reading is stored in before it is uploaded. After a restart the bridge uploads what Nightscout
   * missed, however long it was down. Without an archive it can go back 24 hours, because Dexcom keeps readings for
   * that long.
   */
  readonly archive?: BridgeArchive | undefined;
  /** Ends the bridge, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** Time for the other readings of a response, so that they travel in one request. */
const GATHER_MS = 250;
/** Follows an account and uploads what comes. Its archive is its queue. */
class Bridge {
  readonly #source: BridgeSource;
  readonly #uploader: NightscoutUploader;
  readonly #archive: BridgeArchive;
  /** The archive that the bridge has for itself, if it was given none. */
  readonly #ownArchive: MemoryArchive | undefined;
  readonly #clock: Clock;
  readonly #emit: EmitNightscout;
  readonly #stop = new AbortController();
  /** Oldest instant that the site may lack; Infinity if it lacks nothing. */
  #missingFromMs = Infinity;
  #wake: () => void = () => undefined;
  /** When an upload last succeeded, in elapsed milliseconds. */
  #workedAtMs = -Infinity;

  constructor(source: BridgeSource, uploader: NightscoutUploader, given: BridgeArchive | undefined) {
    const { clock, emit } = uploaderParts.get(uploader)!;
    this.#source = source;
    this.#uploader = uploader;
    this.#clock = clock;
    this.#emit = emit;
    this.#ownArchive = given ? undefined : new MemoryArchive({ clock });
    this.#archive = given ?? this.#ownArchive!;
  }

  async run(signal: AbortSignal | undefined): Promise<void> {
    const stop = (): void => {
      this.#stop.abort();
      this.#wake();
    };
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    const work = [this.#follow(), this.#upload()];
    try {
      await Promise.race(work);
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      stop();
      await Promise.allSettled(work);
    }
  }

  async #follow(): Promise<void> {
    const readings = keep((since) => this.#source.watch({ since, signal: this.#stop.signal }), this.#archive);
    for await (const { datetime } of readings) this.#noteMissing(datetime.getTime());
  }

  async #upload(): Promise<void> {
    const { signal } = this.#stop;
    let isResumed = this.#ownArchive !== undefined;
    for (let failures = 0; !signal.aborted;) {
      if (isResumed) await this.#untilMissing();
      const fromMs = this.#missingFromMs;
      this.#missingFromMs = Infinity;
      try {
        await this.#uploadSince(isResumed ? fromMs : Math.min(fromMs, await this.#resumeFrom()));
        isResumed = true;
        failures = 0;
        this.#workedAtMs = elapsedMs(this.#clock);
      } catch (error) {
        if (this.#isFinal(error)) throw error;
        this.#noteMissing(fromMs);
        const delayMs = delayAfter(error as DexcomError, failures++);
        this.#emit({ type: "waiting", delayMs, error: error as DexcomError });
        await this.#clock.sleep(delayMs, signal);
      }
    }
  }

  /** Uploads what the archive holds from an instant on. The uploader leaves out what the site has. */
  async #uploadSince(fromMs: number): Promise<void> {
    // The archive may hold the reading under the instant at which it came first.
    const from = new Date(fromMs - SAME_READING_MS);
    await uploadArchive(this.#uploader, this.#archive, { from, signal: this.#stop.signal });
    const latest = await this.#ownArchive?.latest();
    if (latest) await this.#ownArchive?.remove({ before: new Date(latest.datetime.getTime() - 2 * HISTORY_MS) });
  }

  /**
   * Returns the instant from which the site may lack readings of the archive: a day before its newest entry, because
   * what was late may be missing. A site without entries lacks all of them.
   */
  async #resumeFrom(): Promise<number> {
    const there = await this.#uploader.latest({ signal: this.#stop.signal });
    const kept = await this.#archive.latest();
    if (!there) return 0;
    return Math.min(there.datetime.getTime(), kept?.datetime.getTime() ?? Infinity) - HISTORY_MS;
  }

  #noteMissing(time: number): void {
    this.#missingFromMs = Math.min(this.#missingFromMs, time);
    if (time < Infinity) this.#wake();
  }

  /** Resolves when the site lacks something, and what came with it is here, too. */
  async #untilMissing(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#missingFromMs === Infinity) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    await this.#clock.sleep(GATHER_MS, signal);
  }

  /** Returns `true` after an abort, and if waiting can't help: nothing has worked with the site for a day. */
  #isFinal(error: unknown): boolean {
    if (this.#stop.signal.aborted) return true;
    if (!(error instanceof DexcomError) || error instanceof ArgumentError) return true;
    return error instanceof NightscoutError && elapsedMs(this.#clock) - this.#workedAtMs >= HISTORY_MS;
  }
}

/**
 * Follows an account and uploads each reading to a Nightscout, seconds after Dexcom has it.
 *
 * Outages of either side don't end it. Afterwards it uploads the missed readings, each once. It resolves when the
 * signal aborts.
 *
 * @throws {ArgumentError} If an argument is invalid.
 * @throws {AccountError} If the Dexcom credentials have never worked, or have been refused for a day.
 * @throws {NightscoutError} If the site refuses the secret, or rejects what is sent, and no upload has succeeded for a
 * day. A refused secret is sent again after 10 minutes at the earliest.
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { bridge, NightscoutUploader } from "dexcom-share-ts/nightscout";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret" });
 * const uploader = new NightscoutUploader({
 *   url: "https://nightscout.example.com",
 *   secret: "a-long-secret",
 *   onEvent: (event) => console.log(event.type),
 * });
 * await bridge(dexcom, uploader);
 * ```
 */
export async function bridge(
  dexcom: BridgeSource,
  uploader: NightscoutUploader,
  options: BridgeOptions = {},
): Promise<void> {
  checkMethods("dexcom", dexcom, ["watch"]);
  assertArgument(isObject(uploader) && uploaderParts.has(uploader), "uploader must be a NightscoutUploader");
  const signal = checkSignal(options, ["archive", "signal"]);
  const { archive } = options;
  if (archive !== undefined) checkMethods("archive", archive, ["add", "read", "latest"]);
  await new Bridge(dexcom, uploader, archive).run(signal);
}
