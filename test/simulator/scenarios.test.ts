import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom, type GlucoseReading } from "../../src/index.ts";
import {
  type ScenarioName,
  SCENARIOS,
  ShareSimulator,
  type ShareSimulatorOptions,
  SIMULATED_ACCOUNT,
  VirtualClock,
} from "../../src/simulator/index.ts";
import { NAME, PASSWORD, START } from "./raw-client.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A scenario with a client that reads it. */
function play(
  scenario: ScenarioName,
  options: ShareSimulatorOptions = {},
): { clock: VirtualClock; simulator: ShareSimulator; dexcom: Dexcom; after(ms: number): Promise<GlucoseReading[]> } {
  const clock = new VirtualClock(START);
  const simulator = new ShareSimulator({ clock, scenario, ...options });
  const dexcom = new Dexcom({ ...SIMULATED_ACCOUNT, fetch: simulator.fetch, clock, retry: { retries: 1 } });
  return {
    clock,
    simulator,
    dexcom,
    /** The readings of the last day, newest first, once the scenario is `ms` old. */
    async after(ms) {
      await clock.advance(START + ms - clock.now());
      return clock.runUntil(dexcom.getGlucoseReadings());
    },
  };
}

const figures = (readings: readonly GlucoseReading[]): number[] => readings.map(({ mgDl }) => mgDl);
const ageMinutes = ({ datetime }: GlucoseReading, nowMs: number): number => (nowMs - datetime.getTime()) / MINUTE;

/** Minutes between each reading and the one before it. */
function gaps(readings: readonly GlucoseReading[]): number[] {
  return readings.slice(1).map((older, index) => (+readings[index]!.datetime - +older.datetime) / MINUTE);
}

describe("every scenario", () => {
  for (const name of Object.keys(SCENARIOS) as ScenarioName[]) {
    test(`${name} runs for two days, and repeats with the same seed`, async () => {
      const days: string[] = [];
      for (const { after } of [play(name), play(name)]) days.push(JSON.stringify(await after(2 * DAY - 5 * MINUTE)));
      assert.equal(days[0], days[1]);
    });
  }

  test("is described by a sentence", () => {
    for (const text of Object.values(SCENARIOS)) assert.match(text, /^[a-z\d].{20,}[^.]$/);
  });

  test("leaves an account what its own options say", async () => {
    const reading = { mgDl: 99, datetime: START - MINUTE };
    const account = { username: NAME, password: PASSWORD };
    for (const [scenario, own, expected] of [
      ["low", { readings: [reading] }, [99]],
      ["empty", { readings: [reading] }, [99]],
      [
        "empty",
        { generator: { curve: () => 99, delayMs: (timeMs: number) => (timeMs < START - 5 * MINUTE ? Infinity : 0) } },
        [99],
      ],
      ["no-follower", { readings: [reading], followers: ["Grandmother"] }, [99]],
    ] as const) {
      const { simulator, clock } = play(scenario, { accounts: [{ ...account, ...own }] });
      const dexcom = new Dexcom({ ...account, fetch: simulator.fetch, clock });
      assert.deepEqual(figures(await dexcom.getGlucoseReadings()), expected, scenario);
    }
  });

  test("of an unknown name is refused, with a list of the known names", () => {
    for (const scenario of ["lows", "toString", 429]) {
      const make = (): ShareSimulator => new ShareSimulator({ scenario: scenario as ScenarioName });
      assert.throws(make, { name: "ArgumentError", message: /^scenario must be one of 429, steady, .*no-follower/ });
    }
  });
});

describe("scenarios of glucose", () => {
  test("steady: in range, flat, nothing missing", async () => {
    const readings = await play("steady").after(DAY);
    assert.ok(readings.length >= 287);
    for (const { mgDl, trendDirection } of readings) {
      assert.ok(mgDl >= 95 && mgDl <= 130, String(mgDl));
      assert.equal(trendDirection, "Flat");
    }
    assert.ok(new Set(figures(readings)).size > 10, "it does move");
    assert.ok(gaps(readings).every((minutes) => minutes === 5));
  });

  test("low: falling below 70 at the start, urgently low soon, back in range within two hours", async () => {
    const { after } = play("low");
    const [now, ...before] = await after(0);
    assert.ok(now!.mgDl >= 58 && now!.mgDl <= 74, String(now!.mgDl));
    assert.equal(now!.trendDirection, "FortyFiveDown");
    assert.ok(before.slice(12).every(({ mgDl }) => mgDl > 90));
    assert.ok(
      figures(await after(HOUR))
        .slice(0, 10)
        .some((mgDl) => mgDl < 54),
    );
    assert.ok(figures(await after(2 * HOUR))[0]! > 90);
  });

  test("high: rising fast at the start, HIGH for an hour and more, back in range after four hours", async () => {
    const { after } = play("high");
    const [now] = await after(0);
    assert.ok(now!.mgDl > 300 && now!.mgDl < 401, String(now!.mgDl));
    assert.match(now!.trendDirection, /^(SingleUp|DoubleUp)$/);
    const later = await after(4 * HOUR + 10 * MINUTE);
    assert.ok(later[0]!.mgDl < 180);
    const high = later.filter(({ level }) => level === "high");
    assert.ok(high.length >= 12 && high.length <= 36, String(high.length));
    assert.ok(high.every(({ trendDirection }) => trendDirection === "NotComputable"));
  });

  test("compression-low: a sudden drop, over within the hour", async () => {
    const { after } = play("compression-low");
    const [now, before] = await after(0);
    assert.ok(now!.mgDl < 80 && before!.mgDl - now!.mgDl > 10, `${before!.mgDl} → ${now!.mgDl}`);
    assert.match(now!.trendDirection, /^(SingleDown|DoubleDown)$/);
    assert.ok(figures(await after(10 * MINUTE))[0]! < 70);
    assert.ok(figures(await after(HOUR))[0]! > 95);
  });
});

describe("scenarios of missing readings", () => {
  test("sensor-change: no reading for two hours, then the next sensor's", async () => {
    const { after, clock } = play("sensor-change");
    const [last] = await after(0);
    assert.ok(ageMinutes(last!, clock.now()) >= 40 && ageMinutes(last!, clock.now()) < 45);
    const [still] = await after(80 * MINUTE);
    assert.deepEqual(still, last);
    const readings = await after(100 * MINUTE);
    assert.equal(Math.max(...gaps(readings)), 130);
    const first = readings[gaps(readings).indexOf(130)];
    assert.equal(first!.trendDirection, "NotComputable");
  });

  test("stale: the newest reading is 40 minutes old, and the missing ones arrive together half an hour later", async () => {
    const { after, clock } = play("stale");
    const [last] = await after(0);
    assert.ok(ageMinutes(last!, clock.now()) >= 40 && ageMinutes(last!, clock.now()) < 45);
    assert.deepEqual((await after(30 * MINUTE + 9000))[0], last);
    const readings = await after(31 * MINUTE);
    assert.ok(ageMinutes(readings[0]!, clock.now()) < 6);
    assert.ok(gaps(readings).every((minutes) => minutes === 5));
  });

  test("empty and no-follower: the login is good and the list is empty; only one account has a follower", async () => {
    for (const name of ["empty", "no-follower"] as const) {
      const { after, simulator } = play(name);
      assert.deepEqual(await after(HOUR), []);
      assert.equal(simulator.listFollowers(SIMULATED_ACCOUNT.username).length, name === "empty" ? 1 : 0);
    }
  });
});

describe("scenarios of a service in trouble", () => {
  test("outage: 503 for the first 20 minutes of every hour, then everything that was missed", async () => {
    const { after, clock, dexcom } = play("outage");
    for (const hour of [0, 1]) {
      for (const minute of [0, 19]) {
        await clock.advance(START + hour * HOUR + minute * MINUTE - clock.now());
        await assert.rejects(clock.runUntil(dexcom.getLatestGlucoseReading()), { name: "ServerError", status: 503 });
      }
      const readings = await after(hour * HOUR + 20 * MINUTE);
      assert.ok(gaps(readings).every((minutes) => minutes === 5));
      assert.ok((await after(hour * HOUR + 59 * MINUTE)).length > 280);
    }
  });

  test("429: refused for the first five minutes of every half hour, without saying for how long", async () => {
    const { after, clock, dexcom, simulator } = play("429");
    for (const halfHour of [0, 1]) {
      await clock.advance(START + halfHour * 30 * MINUTE - clock.now());
      await assert.rejects(clock.runUntil(dexcom.getLatestGlucoseReading()), { name: "RateLimitError", status: 429 });
      assert.ok((await after(halfHour * 30 * MINUTE + 6 * MINUTE)).length > 280);
    }
    assert.ok(simulator.requests.some(({ status }) => status === 429));
  });

  test("watch() outlasts each of them and misses no reading", async () => {
    for (const name of ["outage", "429", "stale"] as const) {
      const { clock, dexcom } = play(name);
      const stop = new AbortController();
      const seen: GlucoseReading[] = [];
      const loop = (async () => {
        for await (const reading of dexcom.watch({ signal: stop.signal })) seen.push(reading);
      })();
      await clock.advance(3 * HOUR);
      stop.abort();
      await loop;
      assert.ok(seen.length >= 31, `${name}: ${seen.length}`);
      assert.ok(
        gaps(seen.toReversed()).every((minutes) => minutes === 5),
        name,
      );
    }
  });
});
