import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArgumentError } from "../../src/index.ts";
import { createAlarms, DEFAULT_RULES, type AlarmRules, type RecoveredEvent } from "../../src/alarms/index.ts";
import { MINUTE_MS, Script, START_MS } from "./script.ts";

const at = (minute: number, mgDl: number) => ({ mgDl, datetime: new Date(START_MS + minute * MINUTE_MS) });

describe("the arguments of createAlarms()", () => {
  const WRONG: readonly (readonly [rules: unknown, options: unknown, message: RegExp])[] = [
    [{ low: true }, undefined, /unit/],
    [{ low: true }, {}, /unit must be "mg\/dL" or "mmol\/L"/],
    [{ low: { threshold: 3.9 } }, { unit: "mg/dL" }, /low\.threshold must be a number from 40 to 400 mg\/dL/],
    [{ low: { threshold: 70 } }, { unit: "mmol/L" }, /low\.threshold must be a number from 2\.2 to 22\.2 mmol\/L/],
    [{ low: { threshold: 401 } }, { unit: "mg/dL" }, /low\.threshold/],
    [{ low: { threshold: "70" } }, { unit: "mg/dL" }, /low\.threshold/],
    [{ low: { threshold: NaN } }, { unit: "mg/dL" }, /low\.threshold/],
    [{ low: { treshold: 70 } }, { unit: "mg/dL" }, /low has no setting treshold\. It has priority, threshold/],
    [{ low: { forMinutes: -1 } }, { unit: "mg/dL" }, /low\.forMinutes/],
    [{ low: { remindMinutes: 0 } }, { unit: "mg/dL" }, /low\.remindMinutes/],
    [{ low: { priority: "loud" } }, { unit: "mg/dL" }, /low\.priority must be info, warning, urgent/],
    [
      { urgentLow: { remindMinutes: null } },
      { unit: "mg/dL" },
      /urgentLow\.remindMinutes must be a number from 1 to 30/,
    ],
    [{ urgentLow: { remindMinutes: 31 } }, { unit: "mg/dL" }, /urgentLow\.remindMinutes/],
    [{ urgentLow: { forMinutes: 31 } }, { unit: "mg/dL" }, /urgentLow\.forMinutes/],
    [
      { urgentLow: true, low: { threshold: 55 } },
      { unit: "mg/dL" },
      /urgentLow\.threshold must be below low\.threshold/,
    ],
    [{ low: { threshold: 260 }, high: true }, { unit: "mg/dL" }, /low\.threshold must be below high\.threshold/],
    [{ falling: { perMinute: 0.1 } }, { unit: "mg/dL" }, /falling\.perMinute/],
    [
      { falling: { perMinute: 2 } },
      { unit: "mmol/L" },
      /falling\.perMinute must be a number from 0\.011 to 0\.555 mmol/,
    ],
    [{ lows: true }, { unit: "mg/dL" }, /lows is not a rule. The rules are urgentLow, low/],
    [{ constructor: true }, { unit: "mg/dL" }, /constructor is not a rule/],
    [{ low: 70 }, { unit: "mg/dL" }, /low must be true, false or an object/],
    [{ low: false }, { unit: "mg/dL" }, /rules must turn on at least one rule/],
    [null, { unit: "mg/dL" }, /rules must be an object/],
  ];
  for (const [rules, options, message] of WRONG) {
    test(`${JSON.stringify(rules)} with ${JSON.stringify(options)} is an ArgumentError that names it`, () => {
      assert.throws(
        () => createAlarms(rules as AlarmRules, options as never),
        (error) => error instanceof ArgumentError && message.test(error.message),
      );
    });
  }

  test("thresholds in mmol/L mean whole mg/dL: 3.9 is 70", () => {
    const alarms = createAlarms({ low: { threshold: 3.9 }, high: { threshold: 10 } }, { unit: "mmol/L" });
    const types = [71, 70, 80, 80, 179, 180].map((mgDl, i) =>
      alarms.update(at(i * 5, mgDl), START_MS + i * 5 * MINUTE_MS),
    );
    assert.deepEqual(
      types.flat().map((event) => "rule" in event && `${event.type} ${event.rule}`),
      ["raised low", "recovered low", "raised high"],
    );
  });

  test("the limits that a message names in mmol/L are good themselves", () => {
    for (const perMinute of [0.011, 0.555]) createAlarms({ falling: { perMinute } }, { unit: "mmol/L" });
    for (const threshold of [2.2, 22.2]) createAlarms({ high: { threshold } }, { unit: "mmol/L" });
  });

  test("the rules of the official app are good", () => {
    for (const unit of ["mg/dL", "mmol/L"] as const)
      assert.deepEqual(createAlarms(DEFAULT_RULES, { unit }).tick(START_MS), []);
  });
});

describe("the arguments of the methods", () => {
  const alarms = createAlarms({ low: true, urgentLow: true, high: true }, { unit: "mg/dL" });
  for (const [title, call] of [
    ["a point without a date", () => alarms.update({ mgDl: 100 } as never, START_MS)],
    ["a point with an invalid date", () => alarms.update({ mgDl: 100, datetime: new Date(NaN) }, START_MS)],
    ["no point", () => alarms.update(undefined as never, START_MS)],
    ["a figure in mmol/L", () => alarms.update(at(0, 5.5), START_MS)],
    ["a status code", () => alarms.update(at(0, 12), START_MS)],
    ["NaN for a figure", () => alarms.update(at(0, NaN), START_MS)],
    ["an invalid time", () => alarms.tick(NaN)],
    ["a report before any time", () => alarms.report({ type: "checked" })],
    ["an unknown report", () => alarms.report({ type: "outage" as never }, START_MS)],
    ["a snooze of an urgent low for 31 minutes", () => alarms.snooze("urgentLow", 31 * MINUTE_MS)],
    ["a snooze of a low for 61 minutes", () => alarms.snooze("low", 61 * MINUTE_MS)],
    ["a snooze of a high for 181 minutes", () => alarms.snooze("high", 181 * MINUTE_MS)],
    ["a snooze of a rule that is off", () => alarms.snooze("rising", MINUTE_MS)],
    ["a snooze of NaN", () => alarms.snooze("low", NaN)],
    ["an acknowledgement of a rule that is off", () => alarms.acknowledge("rising")],
  ] as const) {
    test(`${title} is an ArgumentError, and changes nothing`, () => {
      const before = alarms.state;
      assert.throws(call, ArgumentError);
      assert.deepEqual(alarms.state, before);
    });
  }
});

describe("an event", () => {
  test("names the reading, its age, and what is still active", () => {
    const [, , recovered] = new Script({ urgentLow: true, low: true }).run("0:50 4:60 8:60").map(({ event }) => event);
    assert.deepEqual(recovered, {
      type: "recovered",
      rule: "urgentLow",
      priority: "info",
      at: new Date(START_MS + 8 * MINUTE_MS),
      active: ["low"],
      reading: { mgDl: 60, datetime: new Date(START_MS + 8 * MINUTE_MS) },
      ageMs: 0,
    });
  });

  test("of a reminder without data says how old the reading is", () => {
    const reminder = new Script({ low: true }).run("0:52 t30").at(-1)?.event as RecoveredEvent;
    assert.deepEqual([reminder.reading?.mgDl, reminder.ageMs], [52, 30 * MINUTE_MS]);
  });

  test("of silence after a low is urgent, otherwise a warning", () => {
    for (const [mgDl, priority] of [
      [69, "urgent"],
      [70, "warning"],
    ] as const) {
      const [silence] = new Script({ noData: true }).run(`0:${mgDl} t25`);
      assert.equal((silence?.event as RecoveredEvent).priority, priority);
    }
  });

  test("of a refused login says so", () => {
    const [blind] = new Script({ blind: true }).run("0:100 refused");
    assert.equal((blind?.event as { isRefused?: true }).isRefused, true);
  });

  test("of a missed low has its span and lowest figure", () => {
    const [missed] = new Script({ low: true }).run("0:100 20:100 21<5:68 21<10:60 25:100").map(({ event }) => event);
    assert.deepEqual(missed, {
      type: "missed",
      rule: "low",
      priority: "warning",
      at: new Date(START_MS + 25 * MINUTE_MS),
      active: [],
      from: new Date(START_MS + 5 * MINUTE_MS),
      to: new Date(START_MS + 10 * MINUTE_MS),
      lowest: 60,
    });
  });
});

describe("a compression low", () => {
  const recovered = (steps: string): unknown =>
    (
      new Script({ low: true }).run(steps).find(({ event }) => event.type === "recovered")?.event as
        RecoveredEvent | undefined
    )?.isCompression;
  const calm = "0:112 … 70:115";
  for (const [title, steps, is] of [
    ["is a steep fall out of a calm night and back", `${calm} 75:98 80:70 85:62 90:60 95:72 100:96 105:110`, true],
    ["is not a slow fall", "0:150 … 100:65 105:60 110:64 115:90 120:112", undefined],
    ["is not a slow return", `${calm} 75:98 80:70 85:62 90:60 95:64 100:68 105:72 110:76 115:80`, undefined],
    ["is not a long low", `${calm} 75:98 80:65 … 150:65 155:90 160:112`, undefined],
    ["is not an unsteady night", "0:112 30:160 60:112 70:115 75:98 80:70 85:60 90:72 95:96 100:110", undefined],
    ["is not by day", "600:112 … 670:115 675:98 680:70 685:62 690:60 695:72 700:96 705:110", undefined],
  ] as const) {
    test(title, () => {
      assert.ok(new Script({ low: true }).run(steps).some(({ event }) => event.type === "recovered"));
      assert.equal(recovered(steps), is);
    });
  }
});

describe("the state", () => {
  test("is plain JSON and a copy", () => {
    const script = createAlarms(DEFAULT_RULES, { unit: "mg/dL" });
    script.update(at(0, 50), START_MS);
    const { state } = script;
    assert.deepEqual(JSON.parse(JSON.stringify(state)), state);
    state.active = {};
    assert.notDeepEqual(script.state, state);
  });

  const good = (): Record<string, unknown> => {
    const alarms = createAlarms({ low: true }, { unit: "mg/dL" });
    alarms.update(at(0, 60), START_MS);
    alarms.snooze("low", MINUTE_MS);
    return JSON.parse(JSON.stringify(alarms.state)) as Record<string, unknown>;
  };
  const begin = (state: unknown): string[] =>
    createAlarms({ low: true }, { unit: "mg/dL", state })
      .update(at(5, 60), START_MS + 5 * MINUTE_MS)
      .map(({ type }) => type);

  test("is taken as an object and as text", () => {
    assert.deepEqual([begin(good()), begin(JSON.stringify(good()))], [[], []]);
  });

  test("may be absent", () => assert.deepEqual([begin(undefined), begin(null)], [["raised"], ["raised"]]));

  for (const [title, state] of [
    ["text that is no JSON", '{"version":1'],
    ["another version", { ...good(), version: 2 }],
    ["an empty object", {}],
    ["a number", 5],
    ["invalid samples", { ...good(), samples: [[1]] }],
    ["an invalid alarm", { ...good(), active: { low: true } }],
    ["a figure that JSON can't hold", { ...good(), elapsed: null }],
    ...Object.keys(good()).map((key) => [`no ${key}`, { ...good(), [key]: undefined }] as const),
    ...Object.keys(good()).map((key) => [`text for ${key}`, { ...good(), [key]: "0" }] as const),
  ] as const) {
    test(`that can't be read is reported once, and the alarms start without it: ${title}`, () => {
      const alarms = createAlarms({ low: true }, { unit: "mg/dL", state });
      const types = [0, 1].map((i) => alarms.update(at(5, 60), START_MS + (5 + i) * MINUTE_MS).map(({ type }) => type));
      assert.deepEqual(types, [["state-lost", "raised"], []]);
    });
  }

  test("of a rule that is off now is dropped", () => {
    const alarms = createAlarms({ high: true }, { unit: "mg/dL", state: good() });
    assert.deepEqual([alarms.state.active, alarms.tick(START_MS + 90 * MINUTE_MS)], [{}, []]);
  });

  test("holds a bounded number of readings", () => {
    const alarms = createAlarms(DEFAULT_RULES, { unit: "mg/dL" });
    for (let minute = 0; minute < 5000; minute++) alarms.update(at(minute, 60), START_MS + minute * MINUTE_MS);
    assert.ok(alarms.state.samples.length <= 181);
  });
});

test("an alarm stays active if its only reading is forgotten because the clock was set back", () => {
  const alarms = createAlarms({ urgentLow: true, falling: true, soon: true }, { unit: "mg/dL" });
  const low = at(0, 36);
  assert.deepEqual(
    alarms.update(low, START_MS).map(({ type }) => type),
    ["raised"],
  );
  assert.deepEqual(alarms.update(low, START_MS - 500_000), []);
  assert.deepEqual(alarms.tick(START_MS - 499_000), []);
  assert.deepEqual(Object.keys(alarms.state.active), ["urgentLow"]);
});
