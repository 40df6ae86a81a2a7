import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountError, Dexcom } from "../../src/index.ts";
import {
  DEFAULT_RULES,
  watchAlarms,
  type AlarmRules,
  type AlarmWatchItem,
  type WatchAlarmsOptions,
} from "../../src/alarms/index.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { MINUTE_MS, START_MS } from "./script.ts";

const USER = { username: "someone@example.com", password: "secret" };
const DAY_MINUTES = 1440;

interface World {
  readonly simulator: ShareSimulator;
  readonly clock: VirtualClock;
  readonly lines: string[];
  readonly done: Promise<unknown>;
  /** Moves the clock to this minute. */
  to(minute: number): Promise<void>;
  stop(): Promise<unknown>;
}

/** Watches an account with a reading every five minutes, from an hour before the start on. */
function watching(
  mgDlAt: (minute: number) => number | undefined,
  options: Partial<WatchAlarmsOptions> & { readonly rules?: AlarmRules; readonly localMs?: number } = {},
): World {
  const clock = new VirtualClock(START_MS);
  const minutes = Array.from({ length: 5 * 288 }, (_, i) => -60 + i * 5);
  const readings = minutes.flatMap((minute) => {
    const mgDl = mgDlAt(minute);
    const time = START_MS + minute * MINUTE_MS;
    return mgDl === undefined ? [] : [{ mgDl, datetime: time, availableAt: time + 18_000 }];
  });
  const simulator = new ShareSimulator({ accounts: [{ ...USER, readings }], clock });
  const { rules = DEFAULT_RULES, localMs = 0, ...rest } = options;
  const local =
    localMs === 0
      ? clock
      : {
          now: () => clock.now() + localMs,
          sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
          hold: <T>(work: Promise<T>) => clock.hold(work),
        };
  const dexcom = new Dexcom({ ...USER, fetch: simulator.fetch, clock: local });
  const controller = new AbortController();
  const lines: string[] = [];
  const note = (item: AlarmWatchItem): void => {
    if (item.type === "reading") return;
    const minute = Math.floor((item.at.getTime() - START_MS) / MINUTE_MS);
    lines.push(
      `${minute} ${item.type}${"rule" in item ? ` ${item.rule}` : ""}${item.priority === "urgent" ? "!" : ""}`,
    );
  };
  const run = async (): Promise<unknown> => {
    try {
      const items = watchAlarms(dexcom, rules, { unit: "mg/dL", clock: local, signal: controller.signal, ...rest });
      for await (const item of items) note(item);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const done = run();
  let at = 0;
  return {
    simulator,
    clock,
    lines,
    done,
    to: async (minute) => {
      await clock.advance((minute - at) * MINUTE_MS);
      at = minute;
    },
    stop: async () => {
      controller.abort();
      const error = await done;
      assert.equal(clock.sleeping, 0, "somebody still sleeps");
      return error;
    },
  };
}

describe("an outage of three days", () => {
  test("raises blind within 15 minutes, reminds every 30, and ends with one recovery; nothing else rings", async () => {
    const world = watching(() => 120);
    await world.to(62);
    const end = world.simulator.inject({ status: 503 });
    await world.to(62 + 3 * DAY_MINUTES);
    end();
    await world.to(62 + 3 * DAY_MINUTES + 60);
    assert.equal(await world.stop(), undefined);
    const minutes = world.lines.map((line) => Number(line.split(" ")[0]));
    const [first = 0, ...later] = minutes;
    const ends = later.pop()!;
    assert.deepEqual(
      world.lines.map((line) => line.replace(/^\d+ /, "")),
      ["raised blind", ...later.map(() => "reminder blind"), "recovered blind"],
    );
    assert.ok(first >= 75 && first <= 76, `raised at ${first}`);
    assert.equal(later.length, 143);
    [first, ...later].forEach((minute, i, all) => assert.ok(i === 0 || Math.abs(minute - all[i - 1]! - 30) <= 1));
    assert.ok(ends <= 62 + 3 * DAY_MINUTES + 6, `recovered at ${ends}`);
  });

  test("that begins at 60 and falling raises the urgent alarm within 10 minutes", async () => {
    const world = watching((minute) => (minute < 40 ? 90 : minute <= 60 ? Math.round(90 - (minute - 40) * 1.5) : 100));
    await world.to(61);
    const before = world.lines.length;
    const end = world.simulator.inject({ status: 503 });
    await world.to(200);
    end();
    await world.stop();
    const told = world.lines.slice(before);
    const blind = told.find((line) => line.includes("blind")) ?? "";
    assert.match(blind, /raised blind!$/);
    assert.ok(Number(blind.split(" ")[0]) <= 71, blind);
    assert.ok(told.filter((line) => /reminder low/.test(line)).length >= 4, told.join());
  });
});

describe("watchAlarms()", () => {
  test("yields readings and events, and raises within seconds of the reading", async () => {
    const world = watching((minute) => (minute < 20 ? 90 : 65), { rules: { low: true } });
    await world.to(22);
    await world.stop();
    assert.deepEqual(world.lines, ["20 raised low"]);
  });

  test("tells that the sensor is silent while checks succeed", async () => {
    const world = watching((minute) => (minute <= 10 ? 120 : undefined));
    await world.to(45);
    await world.stop();
    assert.deepEqual(world.lines, ["30 raised noData"]);
  });

  for (const hours of [-5, 5]) {
    test(`a machine whose clock is ${hours} h off raises the same alarms`, async () => {
      const world = watching((minute) => (minute < 20 ? 90 : minute < 40 ? 65 : 100), {
        localMs: hours * 60 * MINUTE_MS,
        rules: { low: true, noData: true, blind: true, clock: true },
      });
      await world.to(60);
      await world.stop();
      assert.deepEqual(world.lines, ["20 raised low", "45 recovered low"]);
    });
  }

  test("tells that the login is refused, and then throws", async () => {
    const world = watching(() => 120, { rules: { blind: true } });
    world.simulator.changePassword(USER.username, "another");
    await world.to(1);
    assert.deepEqual(world.lines, ["0 raised blind"]);
    assert.ok((await world.done) instanceof AccountError);
  });

  test("delivers an event again until it succeeds, and is no heart that beats meanwhile", async () => {
    const tries: number[] = [];
    const beats: number[] = [];
    const world: World = watching((minute) => (minute < 20 ? 90 : 65), {
      rules: { low: true },
      deliver: () => {
        tries.push(Math.round((world.clock.now() - START_MS) / 1000));
        if (tries.length < 12) throw new Error("no network");
      },
      heartbeat: () => {
        beats.push(Math.floor((world.clock.now() - START_MS) / MINUTE_MS));
        throw new Error("its failure changes nothing");
      },
    });
    await world.to(41);
    await world.stop();
    const [first = 0] = tries;
    assert.deepEqual(tries.map((second) => second - first).slice(0, 5), [0, 10, 30, 70, 130]);
    assert.equal(tries.length, 12);
    assert.ok(beats.includes(15), beats.join());
    assert.ok(!beats.some((minute) => minute > 20 && minute < 29), beats.join());
    assert.ok(
      beats.some((minute) => minute >= 35),
      beats.join(),
    );
  });

  test("an event that can't be delivered blocks no other, and gives way to a newer one of its rule", async () => {
    const delivered: string[] = [];
    const world: World = watching((minute) => (minute < 20 ? 90 : minute < 60 ? 50 : 100), {
      rules: { urgentLow: { remindMinutes: 30 }, low: { remindMinutes: null } },
      deliver: (event) => {
        const name = "rule" in event ? `${event.type} ${event.rule}` : event.type;
        if (name === "raised urgentLow") throw new Error("no such template");
        delivered.push(name);
      },
    });
    await world.to(80);
    await world.stop();
    assert.deepEqual(delivered, ["raised low", "reminder urgentLow", "recovered urgentLow", "recovered low"]);
  });
});
