import { AHEAD_MS, HISTORY_MS } from "../glucose/cadence.ts";
import { elapsedMs, type Clock } from "../clock.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import type { CallOptions } from "../query.ts";
import { assertArgument, checkSignal, isObject } from "../validate.ts";
import { sortEntries, toBatches } from "./batches.ts";
import { entryOf, type NightscoutEntry } from "./entry.ts";
import type { EmitNightscout, NightscoutEvent } from "./events.ts";
import { findMissing, KnownInstants, rangeOf } from "./known-instants.ts";
import { resolveUploaderOptions, type NightscoutUploaderOptions, type UploaderSettings } from "./options.ts";
import { Site, type NightscoutPermissions } from "./site.ts";

/** Result of an upload. */
export interface UploadResult {
  /** Readings that were stored. */
  readonly uploaded: number;
  /** Readings that the site had: entries of their instant or within 60 s of it. */
  readonly present: number;
  /** Readings that were left out: `onEvent` says why. */
  readonly skipped: number;
}

/** Time without a request after which another uploader may have stored something. */
const TRUST_MS = 900_000;

/** Age of the newest reading up to which the site's entries since the day before it are read in one request. */
const MAX_OPEN_MS: number = 2 * HISTORY_MS;

/** Instants of reported readings to remember. */
const MAX_TOLD = 1000;

/** Parts of an uploader that `bridge()` needs. */
export interface UploaderParts {
  readonly clock: Clock;
  readonly emit: EmitNightscout;
}

/** Parts by uploader. Not a property: whoever prints an uploader sees nothing. */
export const uploaderParts: WeakMap<object, UploaderParts> = /* @__PURE__ */ new WeakMap();

/**
 * Uploads readings to a Nightscout.
 *
 * Uploading the same readings again changes nothing. Before the first upload, and after a pause or a failure, the
 * uploader compares them with what the site has, so that another uploader beside it causes no duplicates. The
 * constructor does no I/O.
 *
 * Every method rejects with
 * - `NightscoutError`: the site refused the secret or the request. A refused secret is not sent again for 10 minutes, or
 *   up to an hour if it is refused again: until then calls reject at once;
 * - `NetworkError`, `TimeoutError`, `ServerError`, `RateLimitError`: an outage. Try again later;
 * - `ArgumentError`: an argument is invalid, and nothing was sent;
 * - the `reason` of the signal that aborted it.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { NightscoutUploader } from "dexcom-share-ts/nightscout";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret" });
 * const uploader = new NightscoutUploader({ url: "https://nightscout.example.com", secret: "a-long-secret" });
 * console.log(await uploader.upload(await dexcom.getGlucoseReadings()));
 * ```
 */
export class NightscoutUploader {
  readonly #settings: UploaderSettings;
  readonly #site: Site;
  #known: KnownInstants | undefined;
  /** Instants of the last minutes that this uploader has stored. */
  #own: readonly number[] = [];
  /** `true` if the site had entries of the last minutes that this uploader has not stored. */
  #isShared = false;
  /** Instants of readings that were reported as left out. */
  readonly #told = new Set<number>();
  /** Elapsed time of the last request that agreed with `#known`. */
  #knownAtMs = -Infinity;

  /** @throws {ArgumentError} If an option is invalid or unknown. The message names it. */
  constructor(options: NightscoutUploaderOptions) {
    const settings = resolveUploaderOptions(options);
    this.#settings = settings;
    this.#site = new Site(settings);
    uploaderParts.set(this, settings);
  }

  /**
   * Tests the address and the credentials, and stores nothing.
   *
   * @throws {NightscoutError} If the site doesn't know the secret or token.
   */
  async verify(options: CallOptions = {}): Promise<NightscoutPermissions> {
    return this.#site.verify(checkSignal(options));
  }

  /** Reads the newest reading of the site. One that is dated in the future does not count. */
  async latest(options: CallOptions = {}): Promise<GlucosePoint | undefined> {
    const points = await this.#site.readNewest(checkSignal(options));
    return points.find(({ datetime }) => !this.#isAhead(datetime.getTime()));
  }

  /**
   * Uploads readings, in batches, oldest first. If it rejects, some batches may be stored: upload all of them again.
   *
   * If an archive has the reading, upload the archive's copy: the site recognizes a reading by its instant, which can
   * differ between responses. Left out are readings dated in the future, and figures below 39 mg/dL.
   */
  async upload(points: Iterable<GlucosePoint>, options: CallOptions = {}): Promise<UploadResult> {
    const signal = checkSignal(options);
    assertArgument(isObject(points) && Symbol.iterator in points, "points must be a list of readings");
    const all = this.#toEntries([...points]);
    const usable = all.filter(({ point, entry }) => {
      if (point.isAhead) return this.#skip(point, "ahead");
      return entry !== undefined || this.#skip(point, "below-39");
    });
    const entries = sortEntries(usable.map(({ entry }) => entry!));
    const skipped = all.length - usable.length;
    if (entries.every(({ date }) => this.#known?.has(date))) return { uploaded: 0, present: usable.length, skipped };
    await this.#compare(entries, signal);
    // Only now is the site's time known.
    const past = entries.filter((entry) => !this.#isAhead(entry.date) || this.#skip(toPoint(entry), "ahead"));
    const ahead = entries.length - past.length;
    let uploaded = 0;
    for (const batch of toBatches(past, this.#settings.batchSize)) uploaded += await this.#store(batch, signal);
    return { uploaded, present: usable.length - ahead - uploaded, skipped: skipped + ahead };
  }

  /** Checks all of them before anything is sent. */
  #toEntries(points: readonly GlucosePoint[]): { point: GlucosePoint; entry: NightscoutEntry | undefined }[] {
    const { device } = this.#settings;
    return points.map((point, index) => ({ point, entry: entryOf(point, { device, name: `points[${index}]` }) }));
  }

  /**
   * Reads what the site has of the last day, unless that is known. While another uploader stores readings, too, it reads
   * the last minutes each time.
   */
  async #compare(entries: readonly NightscoutEntry[], signal: AbortSignal | undefined): Promise<void> {
    const isKnown = this.#known !== undefined && elapsedMs(this.#settings.clock) - this.#knownAtMs < TRUST_MS;
    if (isKnown && !this.#isShared) return;
    const newest = entries.findLast(({ date }) => !this.#isAhead(date)) ?? entries.at(-1)!;
    // A history is compared batch by batch: all that the site has since then may be megabytes.
    if (newest.date < this.#site.latestNow - MAX_OPEN_MS) return;
    const fromMs = rangeOf([newest]).fromMs - (isKnown ? TRUST_MS : HISTORY_MS);
    this.#known = undefined;
    const instants = await this.#site.readInstants(fromMs, undefined, signal);
    this.#isShared = instants.some((time) => time > newest.date - TRUST_MS && !this.#own.includes(time));
    this.#note(new KnownInstants(fromMs, instants));
  }

  /** Stores the entries of a batch that the site lacks. Returns their number. */
  async #store(batch: readonly NightscoutEntry[], signal: AbortSignal | undefined): Promise<number> {
    const known = this.#known;
    const { fromMs, toMs } = rangeOf(batch);
    const isCovered = known?.covers(batch[0]!.date);
    const missing = isCovered
      ? known!.missing(batch)
      : findMissing(batch, await this.#site.readInstants(fromMs, toMs, signal));
    const [first] = missing;
    if (!first) return 0;
    try {
      await this.#site.post(missing, signal);
    } catch (error) {
      // Nobody knows what was stored, by this upload or by another uploader until the next one.
      this.#known = undefined;
      throw error;
    }
    const dates = missing.map(({ date }) => date);
    known?.add(dates);
    this.#own = [...this.#own, ...dates].filter((date) => date > dates.at(-1)! - 2 * TRUST_MS);
    this.#note(known);
    const [from, to] = [new Date(first.date), new Date(missing.at(-1)!.date)];
    this.#settings.emit({ type: "uploaded", count: missing.length, from, to });
    return missing.length;
  }

  #note(known: KnownInstants | undefined): void {
    this.#known = known;
    this.#knownAtMs = elapsedMs(this.#settings.clock);
  }

  #isAhead(date: number): boolean {
    return date > this.#site.latestNow + AHEAD_MS;
  }

  /** Reports a reading that is left out, once. */
  #skip({ datetime, mgDl }: GlucosePoint, reason: Extract<NightscoutEvent, { type: "skipped" }>["reason"]): false {
    const time = datetime.getTime();
    // An archive holds such a reading for good, and each upload meets it again.
    if (!this.#told.has(time)) this.#settings.emit({ type: "skipped", reason, datetime, mgDl });
    if (this.#told.size >= MAX_TOLD) this.#told.clear();
    this.#told.add(time);
    return false;
  }
}

function toPoint({ date, sgv }: NightscoutEntry): GlucosePoint {
  return { mgDl: sgv, datetime: new Date(date) };
}
