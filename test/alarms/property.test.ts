import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createAlarms, type AlarmEvent, type AlarmName, type AlarmRules } from "../../src/alarms/index.ts";
import { MINUTE_MS, START_MS } from "./script.ts";

/** All rules, with short waits, so that a series of hours meets every one. */
const RULES: AlarmRules = {
  urgentLow: true,
  low: { forMinutes: 5, remindMinutes: 10 },
  high: { threshold: 200, forMinutes: 10, remindMinutes: 20 },
  urgentHigh: { threshold: 280 },
  falling: { below: 150 },
  rising: { overMinutes: 20 },
  soon: true,
  noData: true,
  blind: true,
  clock: { remindMinutes: 15 },
};

type Step = (alarms: ReturnType<typeof createAlarms>, now: number) => AlarmEvent[];
interface Move {
  readonly seconds: number;
  readonly step: Step;
  readonly text: string;
}

const NAMES = Object.keys(RULES) as AlarmName[];
const figure = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 36, max: 90 }) },
  { weight: 3, arbitrary: fc.integer({ min: 90, max: 401 }) },
  { weight: 1, arbitrary: fc.constant(39) },
);
/** Seconds by which a reading is dated before its arrival; below 0 it is dated ahead. */
const age = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 5, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 7200 }) },
  { weight: 1, arbitrary: fc.integer({ min: -7200, max: 0 }) },
);

interface Action {
  readonly text: string;
  readonly step: Step;
}

const reading = fc.record({ mgDl: figure, age }).map(({ mgDl, age: seconds }): Action => ({
  text: `${mgDl}, ${seconds} s old`,
  step: (alarms, now) => alarms.update({ mgDl, datetime: new Date(now - seconds * 1000) }, now),
}));
const tick: fc.Arbitrary<Action> = fc.constant({ text: "tick", step: (alarms, now) => alarms.tick(now) });
const report = fc
  .constantFrom("refused" as const, "failed" as const, "checked" as const)
  .map((type): Action => ({ text: type, step: (alarms, now) => alarms.report({ type }, now) }));
const silencing = fc
  .record({ name: fc.constantFrom(...NAMES), minutes: fc.integer({ min: 0, max: 30 }), isSnooze: fc.boolean() })
  .map(({ name, minutes, isSnooze }): Action => ({
    text: `${isSnooze ? "snooze" : "ack"} ${name} ${minutes}`,
    step: (alarms) => {
      if (isSnooze) alarms.snooze(name, minutes * MINUTE_MS);
      else alarms.acknowledge(name);
      return [];
    },
  }));
/** Mostly forward; now and then a clock is set back. */
const seconds = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 400, max: 5000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -4000, max: 0 }) },
);
const action = fc.oneof(
  { weight: 6, arbitrary: reading },
  { weight: 3, arbitrary: tick },
  { weight: 1, arbitrary: report },
  { weight: 1, arbitrary: silencing },
);
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc
    .record({ seconds, action })
    .map(({ seconds: wait, action: { text, step } }) => ({ seconds: wait, step, text: `+${wait} ${text}` })),
  { minLength: 20, maxLength: 150 },
);

/** @param restarts Before which moves the process is restarted. */
function play(list: readonly Move[], restarts: (index: number) => boolean = () => false): AlarmEvent[] {
  let alarms = createAlarms(RULES, { unit: "mg/dL" });
  let now = START_MS;
  return list.flatMap(({ seconds: wait, step }, index) => {
    if (restarts(index)) alarms = createAlarms(RULES, { unit: "mg/dL", state: JSON.stringify(alarms.state) });
    now += wait * 1000;
    return step(alarms, now);
  });
}

describe("for any readings, times, reports and snoozes", () => {
  test("restarts change no event", () => {
    fc.assert(
      fc.property(moves, fc.infiniteStream(fc.boolean()), (list, coins) => {
        assert.deepEqual(
          play(list, () => coins.next().value as boolean),
          play(list),
        );
      }),
      { numRuns: 150 },
    );
  });

  test("each raise is followed by one recovery before the next raise, and nothing rings between", () => {
    fc.assert(
      fc.property(moves, (list) => {
        const active = new Set<string>();
        for (const event of play(list)) {
          if (!("rule" in event) || event.type === "missed") continue;
          assert.equal(active.has(event.rule), event.type !== "raised", `${event.type} ${event.rule}`);
          if (event.type === "recovered") active.delete(event.rule);
          else active.add(event.rule);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("events come in the order of urgency within a call", () => {
    fc.assert(
      fc.property(moves, (list) => {
        let now = START_MS;
        const alarms = createAlarms(RULES, { unit: "mg/dL" });
        const order = [
          "urgentLow",
          "low",
          "soon",
          "falling",
          "urgentHigh",
          "high",
          "rising",
          "blind",
          "noData",
          "clock",
        ];
        for (const { seconds: wait, step } of list) {
          now += wait * 1000;
          const places = step(alarms, now).flatMap((event) =>
            "rule" in event && event.type !== "missed" ? [order.indexOf(event.rule)] : [],
          );
          assert.deepEqual(
            places,
            [...places].sort((a, b) => a - b),
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("while an urgent low lasts", () => {
  /** What a person does to be left in peace, and what becomes of the readings; a tick each minute. */
  const lows = fc.array(
    fc.record({
      mgDl: fc.option(fc.integer({ min: 39, max: 55 }), { nil: undefined, freq: 3 }),
      snooze: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined, freq: 2 }),
      acknowledges: fc.boolean(),
      report: fc.option(fc.constantFrom("refused" as const, "failed" as const, "checked" as const), { nil: undefined }),
      restarts: fc.boolean(),
    }),
    { minLength: 100, maxLength: 200 },
  );

  test("it is never silent for longer than 30 minutes, snoozes, restarts and missing readings included", () => {
    fc.assert(
      fc.property(lows, (minutes) => {
        let alarms = createAlarms(RULES, { unit: "mg/dL" });
        alarms.snooze("urgentLow", 30 * MINUTE_MS);
        alarms.snooze("low", 60 * MINUTE_MS);
        let rangAt = 0;
        for (const [minute, { mgDl, snooze, acknowledges, report: type, restarts }] of [
          { ...minutes[0]!, mgDl: 50 },
          ...minutes,
        ].entries()) {
          const now = START_MS + minute * MINUTE_MS;
          if (restarts) alarms = createAlarms(RULES, { unit: "mg/dL", state: alarms.state });
          const events = mgDl === undefined ? [] : alarms.update({ mgDl, datetime: new Date(now) }, now);
          if (type !== undefined) events.push(...alarms.report({ type }, now));
          events.push(...alarms.tick(now));
          if (snooze !== undefined) alarms.snooze("urgentLow", snooze * MINUTE_MS);
          if (acknowledges) alarms.acknowledge("urgentLow");
          if (events.some((event) => "rule" in event && event.rule === "urgentLow")) rangAt = minute;
          assert.ok(minute - rangAt <= 30, `silent from minute ${rangAt} to ${minute}`);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("for thresholds without a wait", () => {
  test("further ticks change neither raises nor recoveries", () => {
    const rules: AlarmRules = { urgentLow: true, low: true, high: true, falling: true, soon: true };
    fc.assert(
      fc.property(
        fc.array(figure, { minLength: 5, maxLength: 60 }),
        fc.infiniteStream(fc.nat({ max: 4 })),
        (figures, counts) => {
          const run = (ticks: () => number): string[] => {
            const alarms = createAlarms(rules, { unit: "mg/dL" });
            return figures
              .flatMap((mgDl, index) => {
                const now = START_MS + index * 5 * MINUTE_MS;
                const events = alarms.update({ mgDl, datetime: new Date(now) }, now);
                for (let n = ticks(); n > 0; n--) events.push(...alarms.tick(now + n * MINUTE_MS));
                return events;
              })
              .filter(({ type }) => type === "raised" || type === "recovered")
              .map((event) => `${event.at.getTime() - START_MS} ${event.type} ${"rule" in event ? event.rule : ""}`);
          };
          assert.deepEqual(
            run(() => counts.next().value as number),
            run(() => 0),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
