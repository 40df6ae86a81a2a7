import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseAlertSettings, writeAlertSettings } from "../../src/wire/alert-settings.ts";
import { parseDuration, writeDuration } from "../../src/wire/durations.ts";
import { writeEgvUpload } from "../../src/wire/egv-upload.ts";
import { parseWrappedDate, writeOldDate } from "../../src/wire/old-dates.ts";
import { postReceiverEgvRecords } from "../../src/wire/operations.ts";
import { buildSharingRequest } from "../../src/wire/request.ts";
import { parseSubscriptions } from "../../src/wire/subscriptions.ts";
import { shown } from "../support/shown.ts";
import { ALERTS, LISTED } from "../publisher/examples.ts";

const noDetails = (): object => ({});
const writeOldJson = (payload: unknown): string => buildSharingRequest(postReceiverEgvRecords, { payload }).body!;

describe("durations", () => {
  const known: readonly (readonly [string, number])[] = [
    ["PT0M", 0],
    ["PT30M", 30],
    ["PT1H", 60],
    ["PT2H", 120],
    ["PT1H30M", 90],
    ["PT25H", 1500],
  ];
  for (const [text, minutes] of known) {
    test(`${text} is ${minutes} minutes, both ways`, () => {
      assert.deepEqual([parseDuration(text), writeDuration(minutes)], [minutes, text]);
    });
  }
  for (const [text, minutes] of [
    ["P1D", 1440],
    ["P1DT1M", 1441],
    ["PT90S", 1.5],
    ["PT0S", 0],
    ["PT120M", 120],
  ] as const) {
    test(`${text} is read as ${minutes}`, () => assert.equal(parseDuration(text), minutes));
  }
  for (const text of ["", "P", "PT", "P1", "1H", "PT1", "PT-1M", "PT1M1H", "P1M", "PT1.5H", null, 60, "pt1h"]) {
    test(`${shown(text)} is not a duration`, () => assert.equal(parseDuration(text), undefined));
  }
  test("whole minutes survive the way there and back", () => {
    fc.assert(fc.property(fc.nat(100_000), (minutes) => parseDuration(writeDuration(minutes)) === minutes));
  });
});

describe("dates of this side", () => {
  test("stand between slashes, which JSON text escapes", () => {
    assert.equal(writeOldJson({ ST: writeOldDate(1426783106000) }), String.raw`{"ST":"\/Date(1426783106000)\/"}`);
  });
  test("any text keeps its meaning", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = writeOldJson(value);
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
        assert.doesNotMatch(json, /(?<!\\)\//);
      }),
    );
  });
  for (const [value, ms] of [
    [{ DateTime: "/Date(1437101121008)/", OffsetMinutes: 0 }, 1437101121008],
    [{ DateTime: "Date(1437101121008)" }, 1437101121008],
    ["/Date(1437101121008)/", 1437101121008],
    ["Date(-1)", -1],
    [{ DateTime: null }, undefined],
    [null, undefined],
    [1437101121008, undefined],
    ["2015-07-17", undefined],
  ] as const) {
    test(`${shown(value)} is read as ${ms ?? "none"}`, () => assert.equal(parseWrappedDate(value)?.getTime(), ms));
  }
});

describe("uploads", () => {
  test("have the receiver's clock in ST, and what makes it true in TA", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_500_000_000, max: 2_000_000_000 }),
        fc.integer({ min: -100_000, max: 100_000 }),
        (seconds, ahead) => {
          const upload = writeEgvUpload("SM00000000", [{ mgDl: 97, trend: 4, time: seconds * 1000 }], ahead) as {
            Egvs: { ST: string; DT: string }[];
            TA: number;
          };
          const system = Number(/\d+/.exec(upload.Egvs[0]!.ST)![0]);
          assert.equal(system / 1000 + upload.TA, seconds);
          assert.equal(upload.Egvs[0]!.DT, upload.Egvs[0]!.ST);
          assert.ok(!Object.is(upload.TA, -0));
        },
      ),
    );
  });
});

describe("alert settings", () => {
  test("survive the way there and back", () => {
    const alert = {
      isEnabled: fc.boolean(),
      delayMinutes: fc.nat(1440),
      repeatMinutes: fc.nat(1440),
      sound: fc.string({ minLength: 1 }),
    };
    const glucose = fc.record({ mgDl: fc.integer({ min: 40, max: 400 }), ...alert });
    fc.assert(
      fc.property(
        fc.record({ high: glucose, low: glucose, urgentLow: glucose, noData: fc.record(alert) }),
        (settings) => {
          assert.deepEqual(
            parseAlertSettings(JSON.parse(JSON.stringify(writeAlertSettings(settings))), noDetails),
            JSON.parse(JSON.stringify(settings)),
          );
        },
      ),
    );
  });
  const broken: readonly (readonly [what: string, break_: (json: string) => string])[] = [
    ["without one of the four", (json) => json.replace("NoDataAlert", "OtherAlert")],
    ["with a threshold that is no number", (json) => json.replace('"MaxValue":70', '"MaxValue":"70"')],
    ["with an invalid duration", (json) => json.replace("PT30M", "30")],
    ["with a switch that is neither on nor off", (json) => json.replace('"IsEnabled":true', '"IsEnabled":1')],
    ["without a sound", (json) => json.replace('"Sound":"Low.wav"', '"Sound":null')],
  ];
  for (const [what, break_] of broken) {
    test(`are refused ${what}`, () => {
      assert.throws(() => parseAlertSettings(JSON.parse(break_(ALERTS)), noDetails), { name: "ZodError" });
    });
  }
});

describe("subscriptions", () => {
  const read = (change: (json: string) => string): ReturnType<typeof parseSubscriptions> =>
    parseSubscriptions([JSON.parse(change(LISTED))], noDetails);
  for (const [state, name] of [
    [2, "invited"],
    [6, "active"],
    [7, "paused"],
    [10, "removed"],
    [3, "unknown"],
    [0, "unknown"],
  ] as const) {
    test(`state ${state} is ${name}`, () => {
      assert.equal(read((json) => json.replace('"State":2', `"State":${state}`))[0]?.state, name);
    });
  }
  for (const permissions of [0, 2, 3]) {
    test(`permissions ${permissions} give no access to the graph`, () => {
      assert.equal(
        read((json) => json.replace('"Permissions":1', `"Permissions":${permissions}`))[0]?.hasGraphAccess,
        false,
      );
    });
  }
  test("need no more than an id, a state, permissions and the switch", () => {
    const [one] = parseSubscriptions(
      [
        {
          SubscriptionId: "22222222-2222-2222-2222-222222222222",
          State: 6,
          Permissions: 1,
          IsEnabled: true,
          ContactName: null,
        },
      ],
      noDetails,
    );
    assert.deepEqual(
      [one?.state, one?.contactName, one?.createdAt, one?.isMonitoringActive],
      ["active", undefined, undefined, undefined],
    );
  });
  const broken: readonly (readonly [string, string])[] = [
    ['"State":2', '"State":"2"'],
    ['"State":2', '"State":2.5'],
    ['"Permissions":1', '"Permissions":null'],
    ['"IsEnabled":false', '"IsEnabled":0'],
    ['"IsMonitoringSessionActive":true', '"IsMonitoringSessionActive":"yes"'],
    [
      '"SubscriptionId":"22222222-2222-2222-2222-222222222222"',
      '"SubscriptionId":"00000000-0000-0000-0000-000000000000"',
    ],
    ['"ContactId":"11111111-1111-1111-1111-111111111111"', '"ContactId":"1"'],
    ['"ContactName":"Follower"', '"ContactName":5'],
    [String.raw`"DateTime":"\/Date(1437705921008)\/"`, '"DateTime":"soon"'],
  ];
  for (const [right, wrong] of broken) {
    test(`are refused with ${wrong}`, () => {
      assert.throws(() => read((json) => json.replace(right, wrong)), { name: "ZodError" });
    });
  }
});
