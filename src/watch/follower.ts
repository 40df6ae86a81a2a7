import { schedule } from "../clock.ts";
import type { Connection } from "../connection.ts";
import type { DexcomError } from "../errors.ts";
import { GlucoseReading } from "../glucose-reading.ts";
import { delayAfter, isFinal } from "./back-off.ts";
import { followRequest } from "./follow-request.ts";
import type { FollowState } from "./follow-state.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { WatchCheck } from "./watch-check.ts";

/** Longest sleep. A laptop that slept asks within this time after it wakes. */
const MAX_SLEEP_MS = 60_000;

export interface FollowerOptions {
  readonly staleAfterMs: number;
  readonly onCheck: ((check: WatchCheck) => void) | undefined;
}

/** Follows one account: waits, requests, and keeps the state in between. */
export class Follower {
  readonly #connection: Connection;
  readonly #staleAfterMs: number;
  readonly #onCheck: ((check: WatchCheck) => void) | undefined;
  readonly #sinceResponse: Stopwatch;
  /** Started again by each request, also by one that failed. */
  readonly #sinceRequest: Stopwatch;
  #state: FollowState;
  /** Readings that are not delivered yet. */
  #readings: GlucoseReading[] = [];
  #isStopped = false;
  /** Ends the sleep or the request that is going on. No signal: it would take more memory than the rest of a sleep. */
  #interrupt: (() => void) | undefined;
  #waitMs = 0;
  #failures = 0;
  #isStale = false;
  /** Time before the last response during which there was no reading at all. */
  #silentMs = 0;

  constructor(connection: Connection, state: FollowState, { staleAfterMs, onCheck }: FollowerOptions) {
    const { clock } = connection;
    this.#connection = connection;
    this.#state = state;
    this.#staleAfterMs = staleAfterMs;
    this.#onCheck = onCheck;
    this.#sinceResponse = new Stopwatch(clock);
    this.#sinceRequest = new Stopwatch(clock);
  }

  /** Begins to count time. */
  start(): void {
    this.#sinceResponse.restart();
    this.#sinceRequest.restart();
  }

  /** Ends what is going on, for good. */
  stop(): void {
    this.#isStopped = true;
    this.#interrupt?.();
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Waits until there is a new reading, and sends requests for it as they are due. `false` once it is stopped. */
  async hasNext(): Promise<boolean> {
    while (!this.#isStopped && this.#readings.length === 0) {
      await this.#waitUntilDue();
      if (!this.isStopped) this.#readings = await this.#attempt();
    }
    return !this.#isStopped;
  }

  /** Returns the reading that `hasNext()` has found. Apart from it, because an async generator keeps what it awaits. */
  takeNext(): GlucoseReading {
    const [reading, ...others] = this.#readings;
    this.#readings = others;
    return reading!;
  }

  /** Sends a request, and resolves to its new readings, oldest first; often to `[]`. */
  async #attempt(): Promise<GlucoseReading[]> {
    const controller = new AbortController();
    this.#interrupt = () => controller.abort();
    try {
      return await this.#request(controller.signal);
    } catch (error) {
      const { emit, session } = this.#connection;
      if (this.#isStopped) throw error;
      this.#onCheck?.({ error });
      if (isFinal(error, session.hasWorkedWithinDay)) throw error;
      this.#waitMs = delayAfter(error as DexcomError, this.#failures++);
      this.#sinceRequest.restart();
      emit({ type: "waiting", delayMs: this.#waitMs, error: error as DexcomError });
      return [];
    } finally {
      this.#interrupt = undefined;
    }
  }

  async #waitUntilDue(): Promise<void> {
    const { clock } = this.#connection;
    for (;;) {
      const freshMs = this.#noteFreshness();
      const leftMs = this.#waitMs - this.#sinceRequest.ms;
      if (leftMs <= 0) return;
      // Whole milliseconds: a fraction too small to move the clock would be waited for without end.
      const ms = Math.ceil(Math.min(leftMs, MAX_SLEEP_MS, this.#isStale ? leftMs : freshMs));
      await new Promise<void>((resolve, reject) => {
        const cancel = schedule(clock, ms, resolve, { onFailure: reject });
        this.#interrupt = () => {
          cancel();
          resolve();
        };
      });
      if (this.isStopped) return;
      this.#sinceRequest.noteSleep(ms);
      this.#sinceResponse.noteSleep(ms);
    }
  }

  async #request(signal: AbortSignal): Promise<GlucoseReading[]> {
    const { emit } = this.#connection;
    const passed = this.#sinceResponse;
    const step = await followRequest(this.#connection, this.#state, { passed, signal });
    if (step.state.schedule.ageMs === undefined) this.#silentMs += this.#sinceResponse.ms;
    this.#sinceResponse.restart();
    this.#sinceRequest.restart();
    this.#state = step.state;
    this.#waitMs = step.waitMs;
    this.#failures = 0;
    this.#onCheck?.({
      newReadings: step.readings.length,
      ...(step.date !== undefined && { date: new Date(step.date) }),
    });
    this.#noteFreshness();
    const { clamped, lost } = step;
    if (clamped) emit({ type: "since-clamped", from: new Date(clamped.from), to: new Date(clamped.to) });
    if (lost) emit({ type: "readings-lost", after: new Date(lost.after), before: new Date(lost.before) });
    return step.readings.map((reading) => GlucoseReading.from(reading));
  }

  /** Reports `stale` and `recovered`. Returns how long the newest reading stays fresh. */
  #noteFreshness(): number {
    const ageMs = (this.#state.schedule.ageMs ?? this.#silentMs) + this.#sinceResponse.ms;
    const freshMs = this.#staleAfterMs - ageMs;
    const isStale = freshMs <= 0;
    if (isStale !== this.#isStale) {
      this.#isStale = isStale;
      const { emit } = this.#connection;
      emit({ type: isStale ? "stale" : "recovered" });
    }
    return freshMs;
  }
}
