import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { generateReadings, type GeneratorOptions } from "../../src/simulator/index.ts";
import { GlucoseGenerator, trendOfSlope } from "../../src/simulator/readings/generator.ts";
import { ACCOUNT_ID, NAME, PASSWORD, setUp, START } from "./raw-client.ts";

const DAY = 86_400_000;
const FIVE_MINUTES = 300_000;

const seeds = fc.integer();
const moments = fc.date({ min: new Date("2015-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
const sensors = fc.constantFrom("g6" as const, "g7" as const);
const offsets = fc.constantFrom("-0400", "-0930", "+0000", "+0545", "+1400");
const days = fc.record({ seed: seeds, sensor: sensors, timezone: offsets, to: moments });

/** A reading with its instants as numbers. */
interface Listed {
  readonly mgDl: number;
  readonly trend: number;
  readonly time: number;
  readonly availableAt: number;
  readonly timezone: string;
}

function listed(options: GeneratorOptions & { readonly from: Date | number; readonly to: Date | number }): Listed[] {
  return generateReadings(options).map(({ datetime, availableAt, ...rest }) => {
    assert.ok(datetime instanceof Date && availableAt instanceof Date);
    return { ...rest, time: datetime.getTime(), availableAt: availableAt.getTime() };
  });
}

function day({ to, ...options }: { seed: number; sensor: "g6" | "g7"; timezone: string; to: Date }): Listed[] {
  return listed({ ...options, from: to.getTime() - DAY, to });
}

/** Each reading with the one before it. */
function pairs(readings: readonly Listed[]): [Listed, Listed][] {
  return readings.slice(1).map((reading, index) => [readings[index] as Listed, reading]);
}

describe("a made-up day", () => {
  test("holds whole figures from LOW to HIGH, oldest first, in its window, with the wearer's offset", () => {
    fc.assert(
      fc.property(days, (options) => {
        const readings = day(options);
        assert.ok(readings.length > 200 && readings.length <= 289);
        for (const { mgDl, time, timezone } of readings) {
          assert.ok(Number.isInteger(mgDl) && mgDl >= 39 && mgDl <= 401);
          assert.ok(Number.isInteger(time) && time >= options.to.getTime() - DAY && time <= options.to.getTime());
          assert.equal(timezone, options.timezone);
        }
        for (const [one, next] of pairs(readings)) assert.ok(next.time > one.time);
      }),
    );
  });

  test("has a reading every 300 s, and gaps of whole multiples of 5 minutes", () => {
    fc.assert(
      fc.property(days, (options) => {
        for (const [one, next] of pairs(day(options))) {
          const off = (next.time - one.time) % FIVE_MINUTES;
          const tolerance = options.sensor === "g6" ? 0 : 2000;
          assert.ok(Math.min(off, FIVE_MINUTES - off) <= tolerance, String(next.time - one.time));
          if (options.sensor === "g6") assert.equal(next.time % 1000, 0);
        }
      }),
    );
  });

  test("has trends that are the slope since the reading before", () => {
    fc.assert(
      fc.property(days, (options) => {
        for (const [one, next] of pairs(day(options))) {
          const minutes = (next.time - one.time) / 60_000;
          if (minutes > 6 || [one, next].some(({ mgDl }) => mgDl === 39 || mgDl === 401)) {
            assert.equal(next.trend, 8);
            continue;
          }
          const slope = (next.mgDl - one.mgDl) / minutes;
          const low = [Infinity, 3, 2, 1, -1, -2, -3, -Infinity];
          assert.ok(
            slope <= (low[next.trend - 1] as number) && slope >= (low[next.trend] as number),
            `${slope} is ${next.trend}`,
          );
        }
      }),
    );
  });

  test("reaches the service 10 to 30 s after it was measured", () => {
    fc.assert(
      fc.property(days, (options) => {
        for (const { time, availableAt } of day(options)) {
          assert.ok(availableAt - time >= 10_000 && availableAt - time <= 30_000);
        }
      }),
    );
  });

  test("is the same in any order of requests, and for any part of it", () => {
    fc.assert(
      fc.property(days, moments, fc.nat(DAY), fc.nat(DAY), (options, elsewhere, skipMs, lengthMs) => {
        const whole = day(options);
        const { to, ...rest } = options;
        const generator = new GlucoseGenerator(rest);
        Array.from(generator.newestFirst(elsewhere.getTime(), elsewhere.getTime() + 3 * DAY));
        const from = to.getTime() - DAY + skipMs;
        const part = [...generator.newestFirst(from, from + lengthMs)]
          .reverse()
          .map(({ timeMs, availableAtMs, ...reading }) => ({ ...reading, time: timeMs, availableAt: availableAtMs }));
        const expected = whole.filter(({ time }) => time >= from && time <= from + lengthMs);
        assert.deepEqual(
          part.filter(({ time }) => time <= to.getTime()),
          expected,
        );
      }),
    );
  });

  test("depends on the seed", () => {
    const lives = [1, 2, 3, -1, 2 ** 40].map((seed) => JSON.stringify(listed({ seed, from: START - DAY, to: START })));
    assert.equal(new Set(lives).size, lives.length);
  });

  test("follows the wearer's clock: sensors are changed by day, and sleepers lie on them at night", () => {
    for (const [timezone, hours] of [
      ["-0800", -8],
      ["+0900", 9],
    ] as const) {
      const readings = listed({ timezone, from: START, to: START + 100 * DAY });
      const long = pairs(readings).filter(([one, next]) => next.time - one.time > 2 * 3_600_000);
      assert.ok(long.length >= 9 && long.length <= 11, "a sensor lasts ten days");
      for (const [one, next] of long) {
        const localHour = (((one.time / 3_600_000 + hours) % 24) + 24) % 24;
        assert.ok(localHour >= 8.5 && localHour <= 20.5, String(localHour));
        assert.ok(next.time - one.time <= 8_100_000 + 3_600_000);
      }
    }
  });

  test("may be silent across midnight", () => {
    const readings = listed({ timezone: "+0000", from: START, to: START + 1000 * DAY });
    const intoTheDay = pairs(readings).filter(([one, next]) => {
      const midnight = Math.floor(next.time / DAY) * DAY;
      return one.time < midnight && next.time > midnight + 2 * FIVE_MINUTES;
    });
    assert.ok(intoTheDay.length > 0);
  });

  test("is believable: a month has meals, quick nights, silences, LOW and HIGH, and is mostly in range and steady", () => {
    for (let seed = 0; seed < 20; seed++) {
      const readings = listed({ seed, from: START, to: START + 30 * DAY });
      const share = (is: (reading: Listed) => boolean): number => readings.filter(is).length / readings.length;
      const inRange = share(({ mgDl }) => mgDl >= 70 && mgDl <= 180);
      assert.ok(inRange > 0.6 && inRange < 0.97, `seed ${seed}: in range ${inRange}`);
      const steady = share(({ trend }) => trend === 4);
      assert.ok(steady > 0.7 && steady < 0.95, `seed ${seed}: steady ${steady}`);
      for (const trend of [1, 2, 3, 4, 5, 6, 7, 8])
        assert.ok(share((reading) => reading.trend === trend) > 0, `trend ${trend}`);
      for (const mgDl of [39, 401])
        assert.ok(share((reading) => reading.mgDl === mgDl) > 0, `seed ${seed} has no ${mgDl}`);
      assert.ok(
        pairs(readings).some(([one, next]) => next.time - one.time > 900_000),
        "a gap",
      );
    }
  });

  test("arrives as late as the option says, or never", () => {
    const readings = listed({
      from: START - DAY,
      to: START,
      delayMs: (time, chance) => (time % 2 ? 0 : 5) + chance * 0,
    });
    for (const { time, availableAt } of readings) assert.equal(availableAt, time + 5);
  });

  const bad: [object, RegExp][] = [
    [{ seed: 0.5 }, /seed/],
    [{ sensor: "g5" }, /sensor/],
    [{ timezone: "Z" }, /timezone/],
    [{ delayMs: 5 }, /delayMs/],
    [{ from: NaN }, /from/],
    [{ to: new Date(NaN) }, /to/],
  ];
  for (const [options, message] of bad) {
    test(`options with ${JSON.stringify(options)} are refused by name`, () => {
      assert.throws(() => listed({ from: 0, to: 1, ...options }), { name: "ArgumentError", message });
    });
  }
});

describe("a trend of a slope", () => {
  const slopes: Record<number, number[]> = {
    1: [3.01, 50],
    2: [2.01, 3],
    3: [1.01, 2],
    4: [0, 1, -1],
    5: [-1.01, -2],
    6: [-2.01, -3],
    7: [-3.01, -50],
  };
  for (const [trend, each] of Object.entries(slopes)) {
    test(`${each.join(" or ")} mg/dL per minute is ${trend}`, () => {
      for (const slope of each) assert.equal(trendOfSlope(slope), Number(trend));
    });
  }
});

describe("an account without readings", () => {
  const account = { username: NAME, password: PASSWORD, accountId: ACCOUNT_ID };

  test("has a life that moves on with the clock and never changes behind it", async () => {
    const { clock, session, read } = setUp();
    const seen = new Map<string, string>();
    let newest = 0;
    for (let hour = 0; hour < 48; hour++) {
      await clock.advance(3_600_000);
      const list = (await read(await session())).json as { WT: string }[];
      for (const record of list) {
        assert.equal(seen.get(record.WT) ?? JSON.stringify(record), JSON.stringify(record));
        seen.set(record.WT, JSON.stringify(record));
      }
      const time = Number(/\d+/.exec(list[0]?.WT ?? "")?.[0]);
      assert.ok(time > newest && time <= clock.now() - 10_000);
      newest = time;
    }
    assert.ok(seen.size > 750, "two days and the one before");
  });

  test("shows each reading when it has reached the service and not before", async () => {
    const { clock, session, read } = setUp();
    const id = await session();
    const newest = async (): Promise<number> => {
      const [record] = (await read(id, 1440, 1)).json as { WT: string }[];
      return Number(/\d+/.exec(record?.WT ?? "")?.[0]);
    };
    let last = await newest();
    const delays = new Set<number>();
    for (let second = 0; second < 3600; second++) {
      await clock.advance(1000);
      const now = await newest();
      if (now !== last) delays.add(Math.round((clock.now() - now) / 1000));
      last = now;
    }
    assert.ok(delays.size > 3);
    for (const delay of delays) assert.ok(delay >= 10 && delay <= 31, String(delay));
  });

  test("differs from its neighbour's and takes its generator's options", async () => {
    const accounts = [
      { ...account, generator: { sensor: "g7" as const, delayMs: () => 0 }, timezone: "+0200" },
      { username: "else@example.com", password: PASSWORD, accountId: "88888888-8888-8888-8888-888888888888" },
    ];
    const { simulator, session, read, logIn } = setUp({ accounts });
    const mine = (await read(await session())).text;
    const login = await logIn(PASSWORD, undefined, { accountId: simulator.getAccountId("else@example.com") });
    const theirs = (await read(login.json as string)).text;
    assert.match(mine, /\+0200\)/);
    assert.ok(/Date\(\d+[1-9]\)/.test(mine), "any millisecond");
    assert.notEqual(mine.match(/"Value":\d+/g)?.join(), theirs.match(/"Value":\d+/g)?.join());
  });

  test("never shows a reading that never arrives", async () => {
    for (const delay of [Infinity, NaN]) {
      const accounts = [{ ...account, generator: { delayMs: () => delay } }];
      assert.deepEqual(await setUp({ accounts }).figures(), []);
    }
  });
});
