import { DelayedError, Worker, type Job } from "bullmq";
import type { Region } from "../region.ts";
import { systemClock } from "../clock.ts";
import { within } from "../http/deadline.ts";
import { checkMilliseconds, checkNames } from "../validate.ts";
import { AccountKeys } from "./account-keys.ts";
import { fleetEmitter, type EmitFleetEvent } from "./fleet-event.ts";
import { jobOf, MAX_STALLED_COUNT } from "./jobs.ts";
import { resolveWorkerOptions, type FleetWorkerOptions, type WorkerSettings } from "./options.ts";
import { AccountPoller } from "./poll-account.ts";
import { Queues } from "./queues.ts";
import { Registry } from "./registry.ts";
import { RequestGate } from "./request-gate.ts";
import { Scripts } from "./scripts.ts";

/** Wait after a failure that nothing else explains, such as Redis refusing a write. */
const FAILED_RETRY_MS = 30_000;
/** Time between two searches for accounts whose job is gone. */
const RECONCILE_MS = 60_000;
/** Kubernetes kills a process 30 s after `SIGTERM`. */
const CLOSE_TIMEOUT_MS = 25_000;
/** Time in which BullMQ closes after the polls have ended. */
const DISCONNECT_MS = 1000;
const UNLIMITED = { endsAtElapsedMs: Infinity };

/** Options of `FleetWorker.close()`. */
export interface CloseOptions {
  /** Longest wait for the polls under way. @default 25_000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Polls the accounts of a fleet. Run as many as you like, in as many processes: they share the accounts, the spacing of
 * requests, and the pause after a 429. It begins at once.
 *
 * @example
 * ```ts
 * import { Redis } from "ioredis";
 * import { FleetWorker } from "dexcom-share-ts/fleet";
 * import { RedisSessionStore } from "dexcom-share-ts/redis";
 * const secret = process.env["STORE_SECRET"]!;
 * const connection = new Redis("redis://localhost:6379", { maxRetriesPerRequest: null });
 * const worker = new FleetWorker({
 *   connection,
 *   secret,
 *   store: new RedisSessionStore(connection, { secret }),
 *   credentials: async (key) => ({ username: key, password: "secret" }),
 *   onReadings: (key, readings) => console.log(key, readings.map(String)),
 * });
 * process.once("SIGTERM", () => worker.close());
 * ```
 */
export class FleetWorker {
  readonly #settings: WorkerSettings;
  readonly #emit: EmitFleetEvent;
  readonly #queues: Queues;
  readonly #workers: Worker[];
  readonly #registry: Registry;
  readonly #closing = new AbortController();
  readonly #abandoning = new AbortController();
  readonly #reconciling: Promise<void>;
  #closed: Promise<void> | undefined;

  /** @throws {ArgumentError} If an option is invalid. The message names it. */
  constructor(options: FleetWorkerOptions) {
    this.#settings = resolveWorkerOptions(options);
    this.#emit = fleetEmitter(options.onEvent);
    const keys = new AccountKeys(options.secret);
    const { prefix, regions } = this.#settings;
    this.#queues = new Queues(this.#settings, this.#emit);
    const scripts = new Scripts(this.#queues.client, prefix);
    this.#registry = new Registry(scripts);
    this.#workers = regions.map((region) => this.#startWorker(region, keys, scripts));
    this.#reconciling = this.#reconcile();
  }

  /**
   * Takes no more polls, waits for those that are under way, and closes the connections. Polls that wait for their turn
   * go back to the queue. A poll that takes longer than `timeoutMs`, because a function of yours hangs or Redis is gone,
   * is abandoned: another worker takes it up after `stalledMs`, and no reading is lost.
   *
   * @throws {ArgumentError} If an option is invalid.
   */
  async close(options: CloseOptions = {}): Promise<void> {
    checkNames("options", options, ["timeoutMs"]);
    const timeoutMs = checkMilliseconds("timeoutMs", options.timeoutMs, { fallback: CLOSE_TIMEOUT_MS, min: 0 });
    await (this.#closed ??= this.#close(timeoutMs));
  }

  async #close(timeoutMs: number): Promise<void> {
    this.#closing.abort(new Error("The worker is closing"));
    const working = [this.#reconciling, ...this.#workers.map((worker) => worker.close())];
    const done = Promise.all(working).then(() => this.#queues.close());
    for (const ms of [timeoutMs, DISCONNECT_MS]) {
      if (await endsWithin(ms, done)) return;
      this.#abandoning.abort(new DelayedError());
    }
  }

  #startWorker(region: Region, keys: AccountKeys, scripts: Scripts): Worker {
    const { connection, prefix, telemetry, concurrency, stalledMs, spacingMs, speed, egress, fetch } = this.#settings;
    const gate = new RequestGate({
      ...{ scripts, spacingMs, speed, fetch },
      key: `gate:${region}:${egress}`,
      onPause: (pauseMs) => this.#emit({ type: "rate-limited", region, pauseMs }),
    });
    const poller = new AccountPoller({
      ...{ region, keys, gate, settings: this.#settings, emit: this.#emit },
      registry: this.#registry,
      closing: this.#closing.signal,
    });
    const worker = new Worker(region, (job, token) => this.#process(poller, job, token), {
      ...{ connection, prefix, concurrency, ...(telemetry && { telemetry }) },
      lockDuration: stalledMs,
      stalledInterval: stalledMs,
      maxStalledCount: MAX_STALLED_COUNT,
    });
    worker.on("error", (error) => this.#emit({ type: "error", error }));
    return worker;
  }

  /** Polls the account of a job, and puts the job off to the next poll. */
  async #process(poller: AccountPoller, job: Job, token: string | undefined): Promise<void> {
    let delayMs: number | undefined;
    try {
      const limit = { ...UNLIMITED, signal: this.#abandoning.signal };
      delayMs = await within(systemClock, limit, Infinity, Error, () => poller.poll(job.id!));
    } catch (error) {
      // Abandoned: the job stays as it is until its lock expires.
      if (error instanceof DelayedError) throw error;
      this.#emit({ type: "error", error });
      delayMs = FAILED_RETRY_MS;
    }
    // Removed or paused: the job ends, and BullMQ deletes it.
    if (delayMs === undefined) return;
    await job.moveToDelayed(Date.now() + delayMs, token);
    throw new DelayedError();
  }

  /** Gives a job back to accounts that have lost theirs, such as after Redis lost its last writes. */
  async #reconcile(): Promise<void> {
    const { signal } = this.#closing;
    const isClosing = (): boolean => signal.aborted;
    while (!isClosing()) {
      try {
        for await (const { id, region } of this.#registry.lost(this.#settings.prefix)) {
          await this.#queues.of(region).addBulk([jobOf(id, 0)]);
        }
      } catch (error) {
        if (!isClosing()) this.#emit({ type: "error", error });
      }
      await systemClock.sleep(RECONCILE_MS, signal).catch(() => undefined);
    }
  }
}

/** Resolves to `false` if the work takes longer than `ms`. */
function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  return within(systemClock, UNLIMITED, ms, Error, () => work).then(
    () => true,
    () => false,
  );
}
