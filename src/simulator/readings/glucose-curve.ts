import { between, smoothNoise, unit } from "./random.ts";

/** Something that happened on a day, in minutes since local midnight. */
interface Meal {
  readonly minute: number;
  /** mg/dL at the top, and minutes from the first bite to there. */
  readonly height: number;
  readonly rise: number;
}

interface Dip {
  readonly minute: number;
  readonly depth: number;
  /** Minutes at the bottom, and of each flank. */
  readonly bottom: number;
  readonly flank: number;
}

interface Gap {
  readonly minute: number;
  readonly minutes: number;
}

/** Plan of a day. */
export interface DayPlan {
  readonly meals: readonly Meal[];
  readonly dips: readonly Dip[];
  readonly gaps: readonly Gap[];
}

const DAY_MINUTES = 1440;
/** [local hour, spread in minutes, how likely, smallest and largest rise in mg/dL] of three meals and two snacks. */
const MEALS = [
  [7.5, 45, 0.95, 45, 110],
  [12.5, 60, 0.95, 35, 90],
  [15.75, 45, 0.4, 20, 50],
  [18.75, 75, 1, 45, 115],
  [21.5, 40, 0.35, 20, 60],
] as const;
const SENSOR_DAYS = 10;
/** The gap on record around a sensor change is 7800 s from reading to reading (PROTOCOL.md, "Glucose values"). */
const WARM_UP_MINUTES = 125;

/** Purposes of random numbers, so that two never use the same. */
const MEAL = 1;
const COMPRESSION = 2;
const HYPO = 3;
const GAP = 4;
const SENSOR = 5;
const NOISE = 6;

/** Plans the local day number `day` (days since 1970). */
export function planDay(seed: number, day: number): DayPlan {
  const meals: Meal[] = [];
  MEALS.forEach(([hour, spread, likelihood, low, high], index) => {
    const draw = (from: number, to: number, what: number): number => between(from, to, seed, MEAL, day, index, what);
    if (draw(0, 1, 0) >= likelihood) return;
    // Now and then a meal that the insulin was forgotten for: this is how HIGH comes about.
    const isForgotten = draw(0, 1, 1) < 0.07;
    meals.push({
      minute: hour * 60 + draw(-spread, spread, 2),
      height: isForgotten ? draw(290, 350, 3) : draw(low, high, 3),
      rise: isForgotten ? draw(100, 140, 4) : draw(50, 80, 4),
    });
  });
  return { meals, dips: planDips(seed, day), gaps: planGaps(seed, day) };
}

/** Compression lows come from lying on the sensor: at night, abrupt, and over within the hour. */
function planDips(seed: number, day: number): Dip[] {
  const dips: Dip[] = [];
  const draw = (kind: number, from: number, to: number, what: number): number =>
    between(from, to, seed, kind, day, what);
  if (draw(COMPRESSION, 0, 1, 0) < 0.45) {
    dips.push({
      minute: draw(COMPRESSION, 60, 300, 1),
      depth: draw(COMPRESSION, 40, 75, 2),
      bottom: draw(COMPRESSION, 10, 30, 3),
      flank: draw(COMPRESSION, 12, 18, 4),
    });
  }
  if (draw(HYPO, 0, 1, 0) < 0.4) {
    dips.push({
      minute: draw(HYPO, 600, 1320, 1),
      depth: draw(HYPO, 45, 110, 2),
      bottom: draw(HYPO, 5, 20, 3),
      flank: draw(HYPO, 35, 60, 4),
    });
  }
  return dips;
}

function planGaps(seed: number, day: number): Gap[] {
  const gaps: Gap[] = [];
  if (unit(seed, GAP, day) < 0.35) {
    gaps.push({ minute: between(0, DAY_MINUTES, seed, GAP, day, 1), minutes: between(15, 50, seed, GAP, day, 2) });
  }
  if ((day + Math.floor(unit(seed, SENSOR) * SENSOR_DAYS)) % SENSOR_DAYS === 0) {
    gaps.push({ minute: between(540, 1200, seed, SENSOR, day), minutes: WARM_UP_MINUTES });
  }
  return gaps;
}

/** Returns `true` if the sensor was silent at this minute of the day that `plan` is for. */
export function isSilent(plan: DayPlan, minute: number): boolean {
  return plan.gaps.some((gap) => minute >= gap.minute && minute < gap.minute + gap.minutes);
}

/**
 * Glucose in mg/dL, unrounded and unclamped, `minute` minutes into `day`. `plans` are those of that day and of the one
 * before, whose dinner is still felt after midnight.
 */
export function glucoseAt(seed: number, day: number, minute: number, plans: readonly [DayPlan, DayPlan]): number {
  const elapsed = day * DAY_MINUTES + minute;
  const dawn = 9 * Math.cos(((minute - 420) / DAY_MINUTES) * 2 * Math.PI);
  let glucose = 112 + dawn;
  // Days differ, hours wander, the sensor is a little unsteady.
  glucose += 14 * smoothNoise(elapsed / 1100, seed, NOISE, 1);
  glucose += 9 * smoothNoise(elapsed / 95, seed, NOISE, 2);
  glucose += 3 * smoothNoise(elapsed / 23, seed, NOISE, 3);
  glucose += 2 * smoothNoise(elapsed / 6, seed, NOISE, 4);
  plans.forEach((plan, daysAgo) => {
    const now = minute + daysAgo * DAY_MINUTES;
    for (const meal of plan.meals) glucose += mealEffect(meal, now - meal.minute);
    for (const dip of plan.dips) glucose -= dipEffect(dip, now - dip.minute);
  });
  return glucose;
}

/** Up with a soft start and a long tail, then a little under, when the insulin outlasts the food. */
function mealEffect({ height, rise }: Meal, since: number): number {
  if (since <= 0) return 0;
  const wave = (x: number): number => (x <= 0 ? 0 : x * x * Math.exp(2 - 2 * x));
  return height * (wave(since / rise) - 0.18 * wave((since - 2 * rise) / (1.4 * rise)));
}

function dipEffect({ depth, bottom, flank }: Dip, since: number): number {
  const outside = Math.max(-since, since - bottom, 0) / flank;
  return outside >= 1 ? 0 : depth * (1 - outside * outside * (3 - 2 * outside));
}
