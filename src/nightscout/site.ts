import { elapsedMs } from "../clock.ts";
import type { DexcomError } from "../errors.ts";
import { ServerError } from "../errors.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import type { CallLimit } from "../http/deadline.ts";
import type { Operation, SendableRequest } from "../http/operation.ts";
import { parseHttpDate } from "../http/retry.ts";
import { SecretList } from "../http/secret-list.ts";
import { Transport } from "../http/transport.ts";
import { isObject } from "../validate.ts";
import type { DetailsOf } from "../wire/faults.ts";
import { held, hexDigest } from "./digest.ts";
import { fromEntry, type NightscoutEntry } from "./entry.ts";
import { NightscoutError } from "./nightscout-error.ts";
import type { UploaderSettings } from "./options.ts";
import { SecretMemory } from "./secret-memory.ts";

/** Permissions of an uploader's credentials. */
export interface NightscoutPermissions {
  readonly canRead: boolean;
  /** `false` also for a token that may create entries and nothing else. */
  readonly canWrite: boolean;
}

/** More entries than two uploaders make in a day of readings every minute. */
const MAX_ENTRIES = 10_000;

/** Entries to look at for the newest one that is not dated in the future. */
const NEWEST_ENTRIES = 10;

/** Statuses that repeating the same request later may change. */
const PASSING_STATUSES: readonly number[] = [408, 425, 429];

/** Statuses of a device that takes uploads and keeps no entries to be read. */
const WITHOUT_READS: readonly (number | undefined)[] = [404, 405];

/** A Nightscout site, and the requests that an uploader makes of it. */
export class Site {
  readonly #settings: UploaderSettings;
  readonly #transport: Transport;
  readonly #secrets: SecretList;
  readonly #memory: SecretMemory;
  #header: string | undefined;
  /** Place of uploads below `/api/v1/`. A clock that takes uploads itself knows it without the extension only. */
  #uploads = "entries.json";
  /** The site's time and the elapsed time at which it was told. */
  #told: { readonly date: number; readonly atMs: number } | undefined;

  constructor(settings: UploaderSettings) {
    const { apiUrl, clock, timeoutMs, emit, secret, token } = settings;
    this.#settings = settings;
    this.#secrets = new SecretList(secret, token);
    this.#memory = new SecretMemory(clock, apiUrl, timeoutMs);
    this.#transport = new Transport({
      ...settings,
      servicesUrl: apiUrl,
      emit: (event) => {
        if (event.type === "retry") emit(event);
      },
      isSecret: (text) => this.#secrets.isRevealedBy(text),
    });
  }

  /** The later of the site's time and our own: a reading is dated in the future only if both say so. */
  get latestNow(): number {
    const { clock } = this.#settings;
    const told = this.#told && this.#told.date + elapsedMs(clock) - this.#told.atMs;
    return Math.max(clock.now(), told ?? -Infinity);
  }

  /** Reads the instants of the glucose entries from `fromMs` to `toMs`; `[]` from a device that keeps no entries. */
  async readInstants(fromMs: number, toMs: number | undefined, signal: AbortSignal | undefined): Promise<number[]> {
    const until = toMs === undefined ? "" : `&find[date][$lte]=${toMs}`;
    try {
      const points = await this.#read(`entries.json?find[date][$gte]=${fromMs}${until}&count=${MAX_ENTRIES}`, signal);
      return points.map(({ datetime }) => datetime.getTime());
    } catch (error) {
      if (error instanceof NightscoutError && WITHOUT_READS.includes(error.status)) return [];
      throw error;
    }
  }

  /** Reads the newest glucose entries. */
  readNewest(signal: AbortSignal | undefined): Promise<GlucosePoint[]> {
    return this.#read(`entries/sgv.json?count=${NEWEST_ENTRIES}`, signal);
  }

  /** Stores entries. Those of an instant that the site has are overwritten. */
  async post(entries: readonly NightscoutEntry[], signal: AbortSignal | undefined): Promise<void> {
    const send = (): Promise<void> =>
      this.#send({ target: this.#uploads, body: JSON.stringify(entries), parse: parseStored }, signal);
    try {
      await send();
    } catch (error) {
      if (!(error instanceof NightscoutError && error.status === 404) || this.#uploads === "entries") throw error;
      this.#uploads = "entries";
      await send();
    }
  }

  /** Asks what the credentials allow. */
  verify(signal: AbortSignal | undefined): Promise<NightscoutPermissions> {
    return this.#send({ target: "verifyauth", parse: parsePermissions }, signal);
  }

  #read(target: string, signal: AbortSignal | undefined): Promise<GlucosePoint[]> {
    return this.#send({ target, parse: parseEntries }, signal);
  }

  async #send<T>(
    { target, body = null, parse }: { target: string; body?: string | null; parse: Operation<T>["parse"] },
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const { clock, deadlineMs } = this.#settings;
    const limit: CallLimit = { endsAtElapsedMs: elapsedMs(clock) + deadlineMs, signal };
    signal?.throwIfAborted();
    const secret = (this.#header ??= await held(clock, this.#makeHeader()));
    this.#secrets.add(secret);
    const request: SendableRequest = {
      // An upload may be repeated like a read: the same entries overwrite themselves.
      operation: { path: target.split("?")[0]!, repetition: "read" },
      method: body === null ? "GET" : "POST",
      target,
      body,
      headers: { "api-secret": secret },
    };
    const operation: Operation<T> = {
      request,
      faultOf,
      parse: (value, details, headers) => {
        const date = parseHttpDate(headers.get("date"));
        if (date !== undefined) this.#told = { date, atMs: elapsedMs(clock) };
        return parse(value, details, headers);
      },
    };
    try {
      return await this.#memory.use(this.#transport.fetch, secret, limit, () => this.#transport.send(operation, limit));
    } catch (error) {
      if (isNewRefusal(error)) this.#settings.emit({ type: "refused", error });
      throw error;
    }
  }

  async #makeHeader(): Promise<string> {
    const { secret, token } = this.#settings;
    return secret === undefined ? token! : hexDigest("SHA-1", secret);
  }
}

function isNewRefusal(error: unknown): error is NightscoutError {
  return error instanceof NightscoutError && error.code === "NIGHTSCOUT_REFUSED" && error.attempts !== 0;
}

/** The status decides: a Nightscout's bodies differ between its releases. */
function faultOf(_value: unknown, details: DetailsOf, status: number): DexcomError | undefined {
  if (status === 401 || status === 403) return new NightscoutError("NIGHTSCOUT_REFUSED", details(true));
  const isFinal = status >= 400 && status < 500 && !PASSING_STATUSES.includes(status);
  return isFinal ? new NightscoutError("NIGHTSCOUT_REJECTED", details()) : undefined;
}

const parseEntries: Operation<GlucosePoint[]>["parse"] = (value, details) => {
  if (!Array.isArray(value)) throw unexpected(details);
  return value.map(fromEntry).filter((point) => point !== undefined);
};

/** A Nightscout responds with a list, a clock with an object. */
const parseStored: Operation<void>["parse"] = (value, details) => {
  if (!isObject(value)) throw unexpected(details);
};

const parsePermissions: Operation<NightscoutPermissions>["parse"] = (value, details) => {
  const { message } = Object(value) as { message?: unknown };
  if (!isObject(message)) throw unexpected(details);
  const { canRead, canWrite, message: text, rolefound } = message as Partial<Record<string, unknown>>;
  // A token that may create entries and nothing else is unauthorized here, too, but its role is found.
  if (text !== "OK" && rolefound !== "FOUND") throw new NightscoutError("NIGHTSCOUT_REFUSED", details());
  return { canRead: canRead === true, canWrite: canWrite === true };
};

function unexpected(details: DetailsOf): ServerError {
  return new ServerError("UNEXPECTED_RESPONSE", "Unexpected server response", details());
}
