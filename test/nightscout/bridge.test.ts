import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryArchive } from "../../src/archive/memory-archive.ts";
import { Dexcom } from "../../src/dexcom.ts";
import { AccountError, ArgumentError } from "../../src/errors.ts";
import { bridge, type BridgeArchive } from "../../src/nightscout/bridge.ts";
import type { NightscoutEvent } from "../../src/nightscout/events.ts";
import { NightscoutError } from "../../src/nightscout/nightscout-error.ts";
import { NightscoutUploader } from "../../src/nightscout/uploader.ts";
import {
  generateReadings,
  ShareSimulator,
  VirtualClock,
  type Injection,
  type RecordedRequest,
} from "../../src/simulator/index.ts";
import { DAY_MS, HOUR_MS, isOfSite, MINUTE_MS, NOW, SECRET, URL_OF_SITE } from "./bench.ts";

const ACCOUNT = { username: "someone@example.com", password: "secret" };

interface World {
  readonly clock: VirtualClock;
  readonly simulator: ShareSimulator;
  readonly events: NightscoutEvent[];
  /** Instants of the readings that the service has had by now, oldest first. */
  due(): number[];
  /** Instants that the site holds, oldest first. */
  held(): number[];
  /** Starts a process with a bridge. Another process has its own memory of refusals. */
  start(archive?: BridgeArchive, secret?: string, aheadMs?: number): Process;
  /** Injects a fault for some hours from now. */
  break(injection: Injection, hours: number, isMeant: (request: RecordedRequest) => boolean): void;
  /** Counts the requests of the site, whatever became of them unless `status` says it. */
  count(method: string, status?: number): number;
}

interface Process {
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

function makeWorld(days = 8): World {
  const clock = new VirtualClock(NOW);
  const made = generateReadings({ from: NOW - DAY_MS, to: NOW + days * DAY_MS, seed: 7 });
  const readings = made.flatMap(({ availableAt, ...reading }) => (availableAt ? [{ ...reading, availableAt }] : []));
  const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings }], clock, nightscout: { secret: SECRET } });
  const events: NightscoutEvent[] = [];
  const start: World["start"] = (archive, secret = SECRET, aheadMs = 0) => {
    const own = clock.withOffset(aheadMs);
    const fetch: typeof globalThis.fetch = (input, init) => simulator.fetch(input, init);
    const controller = new AbortController();
    const uploader = new NightscoutUploader({
      url: URL_OF_SITE,
      secret,
      fetch,
      clock: own,
      onEvent: (event) => events.push(event),
    });
    const dexcom = new Dexcom({ ...ACCOUNT, fetch, clock: own, onEvent: () => undefined });
    const ended = bridge(dexcom, uploader, { archive, signal: controller.signal }).catch((error: unknown) => error);
    return {
      ended,
      stop: async () => {
        controller.abort();
        assert.equal(await ended, undefined);
      },
    };
  };
  return {
    clock,
    simulator,
    events,
    due: () =>
      readings
        .filter(({ availableAt }) => availableAt.getTime() <= clock.now())
        .map(({ datetime }) => datetime.getTime()),
    held: () => simulator.nightscoutEntries.map(({ date }) => date),
    start,
    break: (injection, hours, isMeant) => {
      const until = clock.now() + hours * HOUR_MS;
      simulator.inject({ ...injection, when: (request) => request.timeMs < until && isMeant(request) });
    },
    count: (method, status) =>
      simulator.requests.filter(
        (request) =>
          isOfSite(request) && request.method === method && (status === undefined || request.status === status),
      ).length,
  };
}

const isOfDexcom = (request: RecordedRequest): boolean => !isOfSite(request);
const isOfAnybody = (): boolean => true;

/** What the site holds is what the service has had: nothing lost, nothing doubled. */
function assertComplete({ held, due }: World): void {
  assert.deepEqual(held(), due());
}

/** A week with outages of both sides; after each step the process is started again if the step says so. */
const STEPS: readonly (readonly [
  hours: number,
  restart: boolean,
  fault?: [Injection, number, (request: RecordedRequest) => boolean],
])[] = [
  [6, false],
  [5, true, [{ status: 503 }, 3, isOfSite]],
  [8, false, [{ drop: "before-headers" }, 5, isOfDexcom]],
  [4, true, [{ status: 502 }, 2, isOfAnybody]],
  // The process ends in the middle of an outage of the site, and of one of both.
  [3, true, [{ status: 503 }, 9, isOfSite]],
  [12, true],
  [2, true, [{ status: 503 }, 4, isOfAnybody]],
  [10, false],
  // Responses to uploads are lost: nobody knows what was stored.
  [
    12,
    true,
    [
      { drop: "before-headers", isProcessed: true },
      6,
      ({ method, path }) => method === "POST" && path.startsWith("/api/v1/"),
    ],
  ],
  [12, false, [{ readingsLateMs: 2 * HOUR_MS }, 5, isOfDexcom]],
  [14, true, [{ status: 429, headers: { "retry-after": "600" } }, 3, isOfSite]],
  [20, false, [{ status: 503 }, 13, isOfDexcom]],
  [12, true, [{ status: 500, body: "<html>" }, 6, isOfSite]],
  [48, false],
];

for (const hasArchive of [false, true]) {
  test(`a week with outages and restarts, ${hasArchive ? "with" : "without"} an archive: every reading once`, async (t) => {
    const world = makeWorld();
    const archive = hasArchive ? new MemoryArchive({ clock: world.clock }) : undefined;
    let process = world.start(archive);
    for (const [hours, restart, fault] of STEPS) {
      if (fault) world.break(...fault);
      await world.clock.advance(hours * HOUR_MS);
      if (!restart) continue;
      await process.stop();
      await world.clock.advance(20 * MINUTE_MS);
      process = world.start(archive);
    }
    await world.clock.advance(10 * MINUTE_MS);
    await process.stop();
    assertComplete(world);
    const posts = world.count("POST") / world.held().length;
    t.diagnostic(
      `${world.held().length} readings, ${posts.toFixed(3)} posts and ${(world.count("GET") / world.held().length).toFixed(3)} reads a reading`,
    );
    assert.ok(posts < 1.05, `${posts} posts a reading`);
    assert.equal(world.clock.sleeping, 0);
  });
}

test("with an archive, an outage of the site of three days is filled, with restarts in the middle", async () => {
  const world = makeWorld();
  const archive = new MemoryArchive({ clock: world.clock });
  let process = world.start(archive);
  await world.clock.advance(6 * HOUR_MS);
  world.break({ status: 503 }, 72, isOfSite);
  for (let day = 0; day < 4; day++) {
    await world.clock.advance(20 * HOUR_MS);
    await process.stop();
    process = world.start(archive);
  }
  await world.clock.advance(HOUR_MS);
  await process.stop();
  assertComplete(world);
});

test("what the archive has and the site lacks is uploaded at the start, although Dexcom does not respond", async () => {
  const world = makeWorld();
  world.break({ drop: "before-headers" }, 48, isOfDexcom);
  const archive = new MemoryArchive({ clock: world.clock });
  const kept = world.due().map((time) => ({ mgDl: 100, datetime: new Date(time) }));
  await archive.add(kept);
  const process = world.start(archive);
  await world.clock.advance(MINUTE_MS);
  await process.stop();
  assert.equal(world.held().length, kept.length);
});

for (const hours of [-72, -1, 1, 72]) {
  test(`a clock of the machine that is ${hours} h ahead loses and doubles nothing, over an outage and a restart`, async () => {
    const world = makeWorld(2);
    let process = world.start(undefined, SECRET, hours * HOUR_MS);
    await world.clock.advance(4 * HOUR_MS);
    world.break({ status: 503 }, 2, isOfSite);
    await world.clock.advance(HOUR_MS);
    await process.stop();
    process = world.start(undefined, SECRET, -hours * HOUR_MS);
    await world.clock.advance(4 * HOUR_MS);
    await process.stop();
    assertComplete(world);
    assert.deepEqual(
      world.events.filter(({ type }) => type === "skipped"),
      [],
    );
  });
}

test("readings that fill a gap after newer ones are uploaded when they come", async () => {
  const world = makeWorld();
  const process = world.start();
  await world.clock.advance(HOUR_MS);
  const late = world.held().at(-3)! + 150_000;
  world.simulator.addReading(ACCOUNT.username, { mgDl: 77, datetime: late, availableAt: world.clock.now() });
  await world.clock.advance(10 * MINUTE_MS);
  await process.stop();
  assert.ok(world.held().includes(late));
});

test("nothing is doubled beside another uploader that stores the same readings some seconds off", async () => {
  const world = makeWorld();
  const other = new NightscoutUploader({
    url: URL_OF_SITE,
    secret: SECRET,
    fetch: (input, init) => world.simulator.fetch(input, init),
    clock: world.clock,
    device: "another",
  });
  const shifted = world.due().map((time) => ({ mgDl: 100, datetime: new Date(time + 7000) }));
  await world.clock.runUntil(other.upload(shifted));
  const process = world.start();
  await world.clock.advance(MINUTE_MS);
  await process.stop();
  const own = world.simulator.nightscoutEntries.filter(({ device }) => device !== "another");
  assert.equal(own.length, world.due().length - shifted.length);
});

test("a secret that never worked ends the bridge, and is posted once", async (t) => {
  const world = makeWorld();
  const { ended } = world.start(undefined, "another-secret-1");
  const error = await world.clock.runUntil(ended);
  assert.ok(error instanceof NightscoutError && error.code === "NIGHTSCOUT_REFUSED", String(error));
  const secrets = world.simulator.requests.filter((request) => isOfSite(request)).length;
  t.diagnostic(`secrets posted after a refusal: ${secrets}`);
  assert.equal(secrets, 1);
  assert.equal(world.clock.sleeping, 0);
});

test("a secret that worked is posted once more after 10, 20, 40 and then every 60 minutes, and ends after a day", async (t) => {
  const world = makeWorld();
  const { ended } = world.start();
  await world.clock.advance(HOUR_MS);
  world.simulator.changeNightscoutSecret("another-secret-1");
  const refused = (): number => world.count("GET", 401) + world.count("POST", 401);
  const counts: number[] = [];
  for (const minutes of [9, 10, 20, 40, 60, 60]) {
    await world.clock.advance(minutes * MINUTE_MS);
    counts.push(refused());
  }
  t.diagnostic(`secrets posted after a refusal: ${counts[0]}; then ${counts.slice(1).join(", ")}`);
  assert.deepEqual(counts, [1, 2, 3, 4, 5, 6]);
  world.simulator.changeNightscoutSecret(SECRET);
  await world.clock.advance(HOUR_MS);
  assertComplete(world);
  world.simulator.changeNightscoutSecret("another-secret-1");
  await world.clock.advance(23 * HOUR_MS);
  await world.clock.advance(3 * HOUR_MS);
  const error = await ended;
  assert.ok(error instanceof NightscoutError && error.code === "NIGHTSCOUT_REFUSED", String(error));
});

test("refused Dexcom credentials end the bridge", async () => {
  const { clock, simulator } = makeWorld();
  const options = { fetch: simulator.fetch, clock };
  const uploader = new NightscoutUploader({ url: URL_OF_SITE, secret: SECRET, ...options });
  const ended = bridge(new Dexcom({ ...ACCOUNT, password: "wrong", ...options }), uploader);
  await assert.rejects(clock.runUntil(ended), AccountError);
  assert.equal(clock.sleeping, 0);
});

test("a signal that is aborted already sends nothing", async () => {
  const { clock, simulator } = makeWorld();
  const options = { fetch: simulator.fetch, clock };
  const uploader = new NightscoutUploader({ url: URL_OF_SITE, secret: SECRET, ...options });
  await bridge(new Dexcom({ ...ACCOUNT, ...options }), uploader, { signal: AbortSignal.abort() });
  assert.equal(simulator.requests.length, 0);
});

for (const [given, message] of [
  [[{}, {}], "dexcom must have the methods watch"],
  [[{ watch: () => undefined }, {}], "uploader must be a NightscoutUploader"],
  [["uploader", { archive: {} }], "archive must have the methods add,read,latest"],
  [["uploader", { arhive: {} }], "options has no arhive; did you mean archive?"],
] as const) {
  test(`an argument is checked before anything starts: ${message}`, async () => {
    const uploader = new NightscoutUploader({ url: URL_OF_SITE, secret: SECRET });
    const [first, second] = given;
    const call =
      first === "uploader"
        ? bridge({ watch: () => undefined } as never, uploader, second as never)
        : bridge(first as never, second as never);
    await assert.rejects(call, new ArgumentError(message));
  });
}
