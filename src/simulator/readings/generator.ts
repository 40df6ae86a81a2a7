import { ArgumentError } from "../../errors.ts";
import { checkNames } from "../../validate.ts";
import type { Trend } from "../../glucose/trend.ts";
import { type DayPlan, glucoseAt, isSilent, planDay } from "./glucose-curve.ts";
import { between, hash, unit } from "./random.ts";
import { checkTimezone, offsetMinutes, type SimulatedReading, type StoredReading, toMilliseconds } from "./reading.ts";

/** Options of made-up readings. */
export interface GeneratorOptions {
  /** A whole number; the same seed gives the same readings. @default 1 */
  readonly seed?: number | undefined;
  /** The wearer's UTC offset: meals and nights follow it. @default "-0400" */
  readonly timezone?: string | undefined;
  /**
   * `"g6"`: exactly 300 s apart, whole seconds. `"g7"`: up to a second off, any millisecond (PROTOCOL.md, "Date
   * syntax").
   * @default "g6"
   */
  readonly sensor?: "g6" | "g7" | undefined;
  /**
   * Milliseconds from the measurement at `timeMs` to the service; `chance` in [0, 1) belongs to that reading. Infinity
   * means never. It must give the same for the same reading. @default 10 to 30 s
   */
  readonly delayMs?: ((timeMs: number, chance: number) => number) | undefined;
  /**
   * Glucose in mg/dL at `timeMs`, or `undefined` while the sensor is silent. Figures are rounded, and shown as LOW (39)
   * and HIGH (401) beyond what a sensor measures. It must return the same for the same moment. @default a believable
   * life
   */
  readonly curve?: ((timeMs: number) => number | undefined) | undefined;
}

const INTERVAL_MS = 300_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** LOW and HIGH (PROTOCOL.md, "Value"). */
const LOW = 39;
const HIGH = 401;
const NOT_COMPUTABLE = 8;
/** A day of readings. A simulator may have a hundred thousand accounts. */
const MAX_CACHED_READINGS = 300;
const MAX_CACHED_DAYS = 4;

const PHASE = 11;
const JITTER = 12;
const DELAY = 13;

/**
 * The trend of a change in mg/dL per minute (PROTOCOL.md, "Trend"). The borders belong to the calmer trend: the table
 * gives DoubleUp as "> +3", hence 3 itself is SingleUp.
 */
export function trendOfSlope(perMinute: number): Trend {
  const speed = Math.abs(perMinute);
  const steps = speed > 3 ? 3 : speed > 2 ? 2 : speed > 1 ? 1 : 0;
  return (perMinute > 0 ? 4 - steps : 4 + steps) as Trend;
}

/**
 * A wearer's readings, for all times at once: each is a function of the seed and its moment alone, so that it is the
 * same in whatever order and at whatever time it is asked for.
 */
export class GlucoseGenerator {
  readonly #seed: number;
  readonly #timezone: string;
  readonly #offsetMs: number;
  readonly #phaseMs: number;
  readonly #jitterMs: number;
  readonly #delayMs: (timeMs: number, chance: number) => number;
  readonly #curve: (timeMs: number) => number | undefined;
  readonly #plans = new Map<number, DayPlan>();
  readonly #readings = new Map<number, StoredReading | undefined>();

  /** @throws {ArgumentError} If an option is invalid. The message names it. */
  constructor(options: GeneratorOptions = {}) {
    checkNames("options", options, ["seed", "timezone", "sensor", "delayMs", "curve"]);
    const seed = options.seed ?? 1;
    if (!Number.isSafeInteger(seed)) throw new ArgumentError("seed must be a whole number");
    const sensor = options.sensor ?? "g6";
    if (sensor !== "g6" && sensor !== "g7") throw new ArgumentError('sensor must be "g6" or "g7"');
    if (options.delayMs !== undefined && typeof options.delayMs !== "function") {
      throw new ArgumentError("delayMs must be a function");
    }
    if (options.curve !== undefined && typeof options.curve !== "function") {
      throw new ArgumentError("curve must be a function");
    }
    this.#seed = hash(seed, Math.floor(seed / 2 ** 32));
    this.#timezone = checkTimezone(options.timezone ?? "-0400", "timezone");
    this.#offsetMs = offsetMinutes(this.#timezone) * MINUTE_MS;
    const phaseMs = unit(this.#seed, PHASE) * INTERVAL_MS;
    this.#phaseMs = sensor === "g6" ? Math.floor(phaseMs / 1000) * 1000 : Math.floor(phaseMs);
    this.#jitterMs = sensor === "g6" ? 0 : 1000;
    this.#curve = options.curve ?? ((timeMs) => this.#live(timeMs));
    this.#delayMs = options.delayMs ?? ((_timeMs, chance) => Math.round(10_000 + 20_000 * chance));
  }

  /** The readings measured in [fromMs, toMs], newest first, made as they are taken. */
  *newestFirst(fromMs: number, toMs: number): Generator<StoredReading, void, undefined> {
    const first = Math.floor((fromMs - this.#phaseMs) / INTERVAL_MS) - 1;
    for (let slot = Math.ceil((toMs - this.#phaseMs) / INTERVAL_MS) + 1; slot >= first; slot--) {
      const reading = this.#reading(slot);
      if (reading !== undefined && reading.timeMs >= fromMs && reading.timeMs <= toMs) yield reading;
    }
  }

  #reading(slot: number): StoredReading | undefined {
    if (this.#readings.has(slot)) return this.#readings.get(slot);
    const reading = this.#make(slot);
    if (this.#readings.size >= MAX_CACHED_READINGS) this.#readings.clear();
    this.#readings.set(slot, reading);
    return reading;
  }

  #make(slot: number): StoredReading | undefined {
    const mgDl = this.#mgDl(slot);
    if (mgDl === undefined) return undefined;
    const timeMs = this.#timeMs(slot);
    const previous = this.#mgDl(slot - 1);
    const minutes = (timeMs - this.#timeMs(slot - 1)) / MINUTE_MS;
    const isMeasured = previous !== undefined && mgDl > LOW && mgDl < HIGH && previous > LOW && previous < HIGH;
    return {
      mgDl,
      // After a gap, and while a value is only known as LOW or HIGH, there is no slope to speak of.
      trend: isMeasured ? trendOfSlope((mgDl - previous) / minutes) : NOT_COMPUTABLE,
      timeMs,
      availableAtMs: timeMs + this.#delayMs(timeMs, unit(this.#seed, DELAY, slot)),
      timezone: this.#timezone,
    };
  }

  #timeMs(slot: number): number {
    const jitter = between(-1, 1, this.#seed, JITTER, slot) * this.#jitterMs;
    return slot * INTERVAL_MS + this.#phaseMs + Math.round(jitter);
  }

  /** Figure of a slot; `undefined` while the sensor is silent. */
  #mgDl(slot: number): number | undefined {
    const glucose = this.#curve(slot * INTERVAL_MS + this.#phaseMs);
    return glucose === undefined ? undefined : Math.min(HIGH, Math.max(LOW, Math.round(glucose)));
  }

  /** The default curve: meals, nights and silences by the wearer's clock. */
  #live(timeMs: number): number | undefined {
    const localMinutes = (timeMs + this.#offsetMs) / MINUTE_MS;
    const day = Math.floor(localMinutes / DAY_MINUTES);
    const minute = localMinutes - day * DAY_MINUTES;
    const today = this.#plan(day);
    const yesterday = this.#plan(day - 1);
    if (isSilent(today, minute) || isSilent(yesterday, minute + DAY_MINUTES)) return undefined;
    return glucoseAt(this.#seed, day, minute, [today, yesterday]);
  }

  #plan(day: number): DayPlan {
    let plan = this.#plans.get(day);
    if (plan === undefined) {
      if (this.#plans.size >= MAX_CACHED_DAYS) this.#plans.clear();
      this.#plans.set(day, (plan = planDay(this.#seed, day)));
    }
    return plan;
  }
}

/**
 * Makes up a wearer's readings from `from` to `to`, oldest first: meals, nights, compression lows, sensor gaps, LOW and
 * HIGH, and a trend that is the slope since the reading before. An account without the option `readings` has such
 * readings.
 *
 * @throws {ArgumentError} If an option is invalid. The message names it.
 * @example
 * ```ts
 * import { generateReadings } from "dexcom-share-ts/simulator";
 * const to = Date.UTC(2026, 0, 2);
 * const day = generateReadings({ seed: 7, from: to - 86_400_000, to });
 * console.log(day.length, day[0]?.mgDl); // 288, less the gaps
 * ```
 */
export function generateReadings(
  options: GeneratorOptions & { readonly from: Date | number; readonly to: Date | number },
): SimulatedReading[] {
  const { from: first, to: last, ...life } = options;
  const from = toMilliseconds(first, "from");
  const to = toMilliseconds(last, "to");
  return [...new GlucoseGenerator(life).newestFirst(from, to)].reverse().map(toSimulatedReading);
}

function toSimulatedReading({ mgDl, trend, timeMs, availableAtMs, timezone }: StoredReading): SimulatedReading {
  const availableAt = Number.isFinite(availableAtMs) ? new Date(availableAtMs) : undefined;
  return { mgDl, trend, datetime: new Date(timeMs), availableAt, timezone };
}
