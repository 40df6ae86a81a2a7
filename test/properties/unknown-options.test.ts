import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createAlarms, DEFAULT_RULES, watchAlarms } from "../../src/alarms/index.ts";
import { KeyValueArchive, MemoryArchive } from "../../src/archive/index.ts";
import { RedisArchive } from "../../src/archive/redis.ts";
import { SqliteArchive } from "../../src/archive/sqlite.ts";
import { chartSvg } from "../../src/chart/index.ts";
import { Fleet, FleetWorker } from "../../src/fleet/index.ts";
import { ArgumentError, Dexcom, GlucoseReading } from "../../src/index.ts";
import { poll } from "../../src/poll/index.ts";
import { Publisher } from "../../src/publisher/index.ts";
import { generateReadings, ScaledClock, ShareSimulator } from "../../src/simulator/index.ts";
import { listen } from "../../src/simulator/node.ts";
import { episodes, profile, summarize } from "../../src/statistics/index.ts";
import { FileSessionStore } from "../../src/stores/file.ts";
import { KeyValueSessionStore } from "../../src/stores/key-value.ts";
import { RedisSessionStore } from "../../src/stores/redis.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { neverCalled } from "../support/never-called.ts";

const ID = "99999999-9999-9999-9999-999999999999";
const ACCOUNT = { username: "someone@example.com", password: "secret" };
const SECRET = "0123456789abcdef0123456789abcdef";
const dexcom = new Dexcom({ ...ACCOUNT, fetch: neverCalled });
const publisher = new Publisher({ dexcom });
const subscriber = new Subscriber({ accountId: ID, secret: SECRET, dexcom });
const alerts = { low: { mgdl: 80 } };
const keyValue = { get: async () => null, set: async () => undefined, delete: async () => undefined };
const redis = { status: "ready", get: async () => null, del: async () => 1, eval: async () => 1 };
const reading = GlucoseReading.fromJSON({ mgDl: 100, trend: 4, datetime: "2026-01-15T08:00:00Z" });
const unit = "mg/dL";

/** A call with a misspelled option, and what its error says. */
const CALLS: readonly (readonly [name: string, call: (options: never) => unknown, given: object, message: string])[] = [
  ["new Dexcom", (o) => new Dexcom(o), { ...ACCOUNT, regoin: "ous" }, "options has no regoin; did you mean region?"],
  [
    "the option retry",
    (o) => new Dexcom({ ...ACCOUNT, retry: o }),
    { retrys: 3 },
    "retry has no retrys; did you mean retries?",
  ],
  ["getGlucoseReadings", (o) => dexcom.getGlucoseReadings(o), { minuts: 5 }, "no minuts; did you mean minutes?"],
  [
    "getGlucoseReadings by place",
    (o) => dexcom.getGlucoseReadings(5, 1, o),
    { signl: 1 },
    "no signl; did you mean signal?",
  ],
  ["getLatestGlucoseReading", (o) => dexcom.getLatestGlucoseReading(o), { abort: 1 }, "options has no abort"],
  ["getCurrentGlucoseReading", (o) => dexcom.getCurrentGlucoseReading(o), { minutes: 5 }, "options has no minutes"],
  ["new Fleet", (o) => new Fleet(o), { conection: {} }, "options has no conection; did you mean connection?"],
  ["new FleetWorker", (o) => new FleetWorker(o), { spacing: 5 }, "options has no spacing; did you mean spacingMs?"],
  ["poll", (o) => poll(dexcom, undefined, o), { signl: 1 }, "no signl; did you mean signal?"],
  ["watch", (o) => dexcom.watch(o), { sinse: new Date() }, "no sinse; did you mean since?"],
  ["format", (o) => reading.format(unit, o), { unitLable: true }, "no unitLable; did you mean unitLabel?"],
  [
    "new Publisher",
    (o) => new Publisher(o),
    { ...ACCOUNT, loginByname: true },
    "no loginByname; did you mean loginByName?",
  ],
  [
    "postReadings",
    (o) => publisher.postReadings("SM00000000", [], o),
    { confrm: true },
    "no confrm; did you mean confirm?",
  ],
  [
    "createInvitation",
    (o) => publisher.createInvitation(ID, o),
    { displayName: "Sam", hasGraphAcess: false },
    "invitation has no hasGraphAcess; did you mean hasGraphAccess?",
  ],
  [
    "the alerts of an invitation",
    (o) => publisher.createInvitation(ID, { displayName: "Sam", alerts: o }),
    { lows: {} },
    "alerts has no lows; did you mean low?",
  ],
  [
    "one alert of an invitation",
    (o) => publisher.createInvitation(ID, { displayName: "Sam", alerts: o }),
    alerts,
    "alerts.low has no mgdl; did you mean mgDl?",
  ],
  ["getSystemTime", (o) => publisher.getSystemTime(o), { sginal: 1 }, "no sginal; did you mean signal?"],
  ["getContact", (o) => publisher.getContact(ID, o), { sginal: 1 }, "no sginal; did you mean signal?"],
  [
    "new Subscriber",
    (o) => new Subscriber(o),
    { accountId: ID, secret: SECRET, regio: "ous" },
    "no regio; did you mean region?",
  ],
  ["listSubscriptions", (o) => subscriber.listSubscriptions(o), { sginal: 1 }, "no sginal; did you mean signal?"],
  ["new FileSessionStore", (o) => new FileSessionStore(o), { directry: "." }, "no directry; did you mean directory?"],
  [
    "new KeyValueSessionStore",
    (o) => new KeyValueSessionStore(keyValue, o),
    { tlMs: 1 },
    "no tlMs; did you mean ttlMs?",
  ],
  ["new RedisSessionStore", (o) => new RedisSessionStore(redis, o), { prefx: "a" }, "no prefx; did you mean prefix?"],
  ["new MemoryArchive", (o) => new MemoryArchive(o), { clok: 1 }, "no clok; did you mean clock?"],
  ["new SqliteArchive", (o) => new SqliteArchive(o), { file: "a", clok: 1 }, "no clok; did you mean clock?"],
  ["new KeyValueArchive", (o) => new KeyValueArchive(keyValue, o), { prefx: "a" }, "no prefx; did you mean prefix?"],
  ["new RedisArchive", (o) => new RedisArchive(redis, o), { keys: "a" }, "no keys; did you mean key?"],
  [
    "add to an archive",
    (o) => new MemoryArchive().add([], o),
    { minDistance: 60_000 },
    "no minDistance; did you mean minDistanceMs?",
  ],
  ["summarize", (o) => summarize([], o), { populaton: "pregnancy" }, "no populaton; did you mean population?"],
  ["profile", (o) => profile([], o), { minDate: 7 }, "no minDate; did you mean minDates?"],
  ["episodes", (o) => episodes([], o), { timezone: "UTC" }, "no timezone; did you mean timeZone?"],
  ["chartSvg", (o) => chartSvg([], o), { them: "dark" }, "no them; did you mean theme?"],
  ["createAlarms", (o) => createAlarms(DEFAULT_RULES, o), { unit, stat: {} }, "no stat; did you mean state?"],
  [
    "watchAlarms",
    (o) => watchAlarms(dexcom, DEFAULT_RULES, o),
    { unit, heartbeet: 1 },
    "no heartbeet; did you mean heartbeat?",
  ],
  ["new ShareSimulator", (o) => new ShareSimulator(o), { sed: 7 }, "options has no sed; did you mean seed?"],
  [
    "an account of a simulator",
    (o) => new ShareSimulator({ accounts: [o] }),
    { ...ACCOUNT, follower: [] },
    "accounts[0] has no follower; did you mean followers?",
  ],
  [
    "generateReadings",
    (o) => generateReadings(o),
    { from: 0, to: 1, sed: 7 },
    "options has no sed; did you mean seed?",
  ],
  ["new ScaledClock", (o) => new ScaledClock(o), { speed: 60, clok: 1 }, "no clok; did you mean clock?"],
  ["listen", (o) => listen(new ShareSimulator(), o), { prt: 0 }, "no prt; did you mean port?"],
];

describe("an unknown option is refused, with the nearest known one, by", () => {
  for (const [name, call, given, message] of CALLS) {
    test(name, async () => {
      await assert.rejects(
        async () => call(given as never),
        (error) => error instanceof ArgumentError && error.message.endsWith(message),
      );
    });
  }
});
