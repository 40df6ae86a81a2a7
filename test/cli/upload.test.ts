import assert from "node:assert/strict";
import { test } from "node:test";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { newDirectory, runHere, until, type Ran, type World } from "./harness.ts";

const ACCOUNT = { username: "canary-name@example.com", password: "canary-password" };
const SECRET = "canary-secret-1";
const SITE = "https://site.example";
const NOW = Date.UTC(2026, 2, 20, 12);
const MINUTE_MS = 60_000;
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password };
const SECRET_ENV = { ...ENV, NIGHTSCOUT_SECRET: SECRET };

interface Bench {
  readonly clock: VirtualClock;
  readonly simulator: ShareSimulator;
  run(argv: readonly string[], world?: World): Promise<Ran>;
}

function makeBench(): Bench {
  const clock = new VirtualClock(NOW);
  const tokens = { "canary-token": "readable" } as const;
  const simulator = new ShareSimulator({ accounts: [ACCOUNT], clock, seed: 7, nightscout: { secret: SECRET, tokens } });
  const run: Bench["run"] = (argv, world) =>
    runHere(["upload", ...argv], { fetch: simulator.fetch, clock, env: SECRET_ENV, ...world });
  return { clock, simulator, run };
}

test("upload --once uploads the last day once", async () => {
  const { simulator, run } = makeBench();
  const first = await run(["--to", SITE, "--once"]);
  assert.deepEqual([first.exitCode, first.stderr], [0, ""]);
  const count = simulator.nightscoutEntries.length;
  assert.match(first.stdout, new RegExp(`^2026-03-20 \\d\\d:\\d\\d:\\d\\d UTC {2}${count} readings uploaded\n${count} readings uploaded, 0 were there\n$`)); // prettier-ignore
  const second = await run(["--once"], { env: { ...SECRET_ENV, NIGHTSCOUT_URL: SITE } });
  assert.equal(second.stdout, `0 readings uploaded, ${count} were there\n`);
});

test("upload follows until it is interrupted, and says why nothing comes", async () => {
  const { clock, simulator, run } = makeBench();
  const controller = new AbortController();
  let text = "";
  const running = run(["--to", SITE], {
    signal: controller.signal,
    onOutput: ({ stdout, stderr }) => void (text = stdout + stderr),
  });
  await until(() => simulator.requests.length > 0);
  await clock.advance(20 * MINUTE_MS);
  const before = simulator.nightscoutEntries.length;
  const stop = simulator.inject({ status: 503, when: ({ path }) => path.startsWith("/api/v1/") });
  await clock.advance(20 * MINUTE_MS);
  assert.match(text, /Unexpected server response: trying again in 5 s\n/);
  stop();
  await clock.advance(20 * MINUTE_MS);
  controller.abort();
  const { exitCode, stdout } = await running;
  assert.equal(exitCode, 0);
  assert.ok(simulator.nightscoutEntries.length >= before + 7, stdout);
  assert.match(stdout, / UTC {2}1 reading uploaded\n/);
});

test("with the archive on, what was kept before is uploaded, too", async () => {
  const { clock, simulator, run } = makeBench();
  const world = { fetch: simulator.fetch, clock, env: SECRET_ENV, dataDirectory: newDirectory() };
  await runHere(["archive", "on"], world);
  await runHere(["readings"], world);
  const kept = simulator.requests.length;
  await clock.advance(40 * 60 * MINUTE_MS);
  const { stdout } = await run(["--to", SITE, "--once"], world);
  assert.ok(simulator.nightscoutEntries.length > 400, `${simulator.nightscoutEntries.length} after ${kept}: ${stdout}`);
});

test("upload --check tests the secret and uploads nothing", async () => {
  const { simulator, run } = makeBench();
  assert.equal((await run(["--to", SITE, "--check"])).stdout, "The credentials are right. Read: yes. Write: yes.\n");
  const env = { NIGHTSCOUT_TOKEN: "canary-token" };
  assert.match((await run(["--to", SITE, "--check"], { env })).stdout, /Write: no\.\n$/);
  assert.deepEqual(simulator.nightscoutEntries, []);
});

test("the secret is asked for unseen", async () => {
  const { run } = makeBench();
  const ran = await run(["--to", SITE, "--check"], {
    env: { NO_COLOR: "1" },
    answers: [[/API secret of site\.example: $/, `${SECRET}\n`]],
  });
  assert.equal(ran.exitCode, 0, ran.stderr);
  assert.doesNotMatch(ran.stdout + ran.stderr, /canary/);
});

test("a refused secret ends it, is sent once, and is shown nowhere", async () => {
  const { simulator, run } = makeBench();
  const ran = await run(["--to", SITE, "--once"], { env: { ...ENV, NIGHTSCOUT_SECRET: "canary-wrong-1" } });
  assert.equal(ran.exitCode, 1);
  assert.match(ran.stderr, /Nightscout refused the secret or token\n.*api:entries:create/);
  assert.doesNotMatch(ran.stdout + ran.stderr, /canary/);
  assert.equal(simulator.requests.filter(({ path }) => path.startsWith("/api/v1/")).length, 1);
});

for (const [argv, env, message] of [
  [[], SECRET_ENV, "upload needs --to with the address of the Nightscout, or NIGHTSCOUT_URL."],
  [["--to", SITE], ENV, "Set NIGHTSCOUT_SECRET or NIGHTSCOUT_TOKEN in the environment, or run this in a terminal to be asked."], // prettier-ignore
  [
    ["--to", SITE],
    { ...SECRET_ENV, NIGHTSCOUT_TOKEN: "x" },
    "Set NIGHTSCOUT_SECRET or NIGHTSCOUT_TOKEN, and not both.",
  ],
  [["--to", "http://canary.example"], SECRET_ENV, "--to must be https (or http on loopback), without credentials, query or fragment"], // prettier-ignore
  [
    ["--to", SITE],
    { ...ENV, NIGHTSCOUT_SECRET: "canary" },
    "NIGHTSCOUT_SECRET must be a string of 12 characters or more",
  ],
  [["--to", SITE, "--simulate"], SECRET_ENV, "--simulate makes readings up: --to must be an address of this machine."],
  [["--to", SITE, "--batch-size", "500"], SECRET_ENV, "--batch-size: It must be a whole number from 1 to 288."],
] as const) {
  test(`a mistake is told before anything is sent: ${message}`, async () => {
    const ran = await runHere(["upload", ...argv], { env });
    assert.deepEqual(ran, { exitCode: 2, stdout: "", stderr: `dexcom-share-ts: ${message}\n` });
  });
}

test("with --simulate made-up readings go to a site of this machine", async () => {
  const { clock, simulator } = makeBench();
  const ran = await runHere(["upload", "--to", "http://localhost:1337", "--simulate", "--once"], {
    env: { NIGHTSCOUT_SECRET: SECRET },
    fetch: simulator.fetch,
    clock,
  });
  assert.equal(ran.exitCode, 0, ran.stderr);
  assert.ok(simulator.nightscoutEntries.length > 200);
});
