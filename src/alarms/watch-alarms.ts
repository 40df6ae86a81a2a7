import { schedule, systemClock, type Clock } from "../clock.ts";
import { AccountError } from "../errors.ts";
import type { GlucoseReading } from "../glucose-reading.ts";
import { checkSignal, isObject } from "../validate.ts";
import type { WatchCheck } from "../watch/watch-check.ts";
import type { WatchOptions } from "../watch/watch.ts";
import type { AlarmEvent } from "./alarm-event.ts";
import type { AlarmName, AlarmRules } from "./alarm-rules.ts";
import type { AlarmState } from "./alarm-state.ts";
import { createAlarms, type Alarms, type AlarmsOptions } from "./alarms.ts";
import { Delivery, type Deliver } from "./delivery.ts";
import { ServiceClock } from "./service-clock.ts";

/** Client to watch: a `Dexcom`. */
export interface Watchable {
  watch(options?: WatchOptions): AsyncGenerator<GlucoseReading, void, undefined>;
}

/** Options of `watchAlarms()`. */
export interface WatchAlarmsOptions extends AlarmsOptions {
  /** Aborting it ends the iteration without an error. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Readings after this are judged first.
   * @default the newest reading in `state`, else the latest reading comes first
   */
  readonly since?: Date | undefined;
  /** Delivers each event. If it rejects, it is called again after 10 seconds, later every minute, until it succeeds. */
  readonly deliver?: Deliver | undefined;
  /**
   * Called after each successful check, unless an event waits for its delivery. Let it call a monitor elsewhere that
   * rings when the calls stop: a dead man's switch.
   */
  readonly heartbeat?: (() => unknown) | undefined;
  /** Clock of the client. @default real time */
  readonly clock?: Clock | undefined;
}

const OPTION_NAMES: readonly string[] = [
  "unit",
  "state",
  "signal",
  "since",
  "deliver",
  "heartbeat",
  "clock",
] satisfies readonly (keyof WatchAlarmsOptions)[];

/** A reading, or what the alarms say. */
export type AlarmWatchItem = { readonly type: "reading"; readonly reading: GlucoseReading } | AlarmEvent;

/** Time between two looks at the clock. */
const TICK_MS = 30_000;

/** Readings and alarm events as they come. Iterate over it once. */
export class AlarmWatch implements AsyncIterable<AlarmWatchItem> {
  readonly #dexcom: Watchable;
  readonly #options: WatchAlarmsOptions;
  readonly #alarms: Alarms;
  readonly #clock: Clock;
  readonly #time: ServiceClock;
  readonly #stop = new AbortController();
  readonly #delivery: Delivery | undefined;
  readonly #items: AlarmWatchItem[] = [];
  #wake: () => void = () => undefined;

  /** @internal Use `watchAlarms()`. */
  constructor(dexcom: Watchable, rules: AlarmRules, options: WatchAlarmsOptions) {
    this.#alarms = createAlarms(rules, isObject(options) ? { unit: options.unit, state: options.state } : options);
    checkSignal(options, OPTION_NAMES);
    const { clock = systemClock, deliver } = options;
    this.#dexcom = dexcom;
    this.#options = options;
    this.#clock = clock;
    this.#time = new ServiceClock(clock);
    this.#delivery = deliver && new Delivery(deliver, { clock, signal: this.#stop.signal });
  }

  /** See `Alarms.snooze()`. */
  snooze(name: AlarmName, ms: number): void {
    this.#alarms.snooze(name, ms);
  }

  /** See `Alarms.acknowledge()`. */
  acknowledge(name: AlarmName): void {
    this.#alarms.acknowledge(name);
  }

  /** State as plain JSON. Save it after each item, and pass it as `state` after a restart. */
  get state(): AlarmState {
    return this.#alarms.state;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AlarmWatchItem, void, undefined> {
    const { signal, since } = this.#options;
    const { latest } = this.#alarms.state;
    const stop = (): void => {
      this.#stop.abort();
      this.#wake();
    };
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    const readings = this.#dexcom.watch({
      since: since ?? (latest === null ? undefined : new Date(latest)),
      signal: this.#stop.signal,
      onCheck: (check) => this.#noteCheck(check),
    });
    try {
      yield* this.#follow(readings);
    } finally {
      signal?.removeEventListener("abort", stop);
      stop();
      await readings.return();
    }
  }

  async *#follow(readings: AsyncIterator<GlucoseReading, void>): AsyncGenerator<AlarmWatchItem, void, undefined> {
    let result: IteratorResult<GlucoseReading, void> | undefined;
    const failures: unknown[] = [];
    let isAsking = false;
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift()!;
      if (failures.length > 0) throw failures[0];
      if (this.#stop.signal.aborted || result?.done) return;
      if (!isAsking) {
        isAsking = true;
        readings.next().then(
          (next) => {
            result = next;
            this.#wake();
          },
          (error: unknown) => {
            failures.push(error);
            this.#wake();
          },
        );
      }
      const isTick = await this.#nextTick();
      if (result?.value) {
        const reading = result.value;
        this.#items.push({ type: "reading", reading });
        this.#add(this.#alarms.update(reading, this.#time.now()));
        result = undefined;
        isAsking = false;
      } else if (isTick) {
        this.#add(this.#alarms.tick(this.#time.now()));
      }
    }
  }

  /** Resolves to `true` at the next look at the clock, to `false` as soon as something has happened. */
  #nextTick(): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = schedule(this.#clock, TICK_MS, () => resolve(true));
      this.#wake = () => {
        cancel();
        resolve(false);
      };
    });
  }

  #noteCheck({ date, error }: WatchCheck): void {
    if (date) this.#time.note(date.getTime());
    const type = error === undefined ? "checked" : error instanceof AccountError ? "refused" : "failed";
    this.#add(this.#alarms.report({ type }, this.#time.now()));
    if (type === "checked" && !this.#delivery?.isPending) void this.#beat();
    if (this.#items.length > 0) this.#wake();
  }

  /** A monitor that fails rings by itself: that is what it is for. */
  async #beat(): Promise<void> {
    try {
      await this.#options.heartbeat?.();
    } catch {
      return;
    }
  }

  #add(events: readonly AlarmEvent[]): void {
    this.#items.push(...events);
    this.#delivery?.add(events);
  }
}

/**
 * Watches an account with `dexcom.watch()`, and yields its readings and the alarm events in one stream.
 *
 * The time is that of the service, so a wrong clock of the machine raises no alarm. If the login is refused for good,
 * the `blind` event comes first, and then the iteration throws the `AccountError`.
 *
 * @throws {ArgumentError} If a rule or an option is invalid.
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { DEFAULT_RULES, formatAlarm, watchAlarms } from "dexcom-share-ts/alarms";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret" });
 * for await (const item of watchAlarms(dexcom, DEFAULT_RULES, { unit: "mg/dL" })) {
 *   console.log(item.type === "reading" ? item.reading.format() : formatAlarm(item));
 * }
 * ```
 */
export function watchAlarms(dexcom: Watchable, rules: AlarmRules, options: WatchAlarmsOptions): AlarmWatch {
  return new AlarmWatch(dexcom, rules, options);
}
