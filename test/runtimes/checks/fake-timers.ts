/** The fake timers of vitest and Jest move an hour of `watch()`, with the packed package. `node:test` has a test of its own. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { packAndInstall, type PackedPackage } from "../../package/packed.ts";
import { installedCommand } from "../../support/installed.ts";

const execute = promisify(execFile);

/** Both runners have globals of the same names, except for the timers. */
const testOf = (timers: "vi" | "jest"): string => `
test("an hour of fake time brings the readings of an hour, and the retry of a 503", async () => {
  ${timers}.useFakeTimers({ now: Date.UTC(2026, 0, 15, 8) });
  const simulator = new ShareSimulator();
  const events = [];
  const times = [];
  const stop = new AbortController();
  const onEvent = ({ type }) => events.push(type);
  const dexcom = new Dexcom({ ...SIMULATED_ACCOUNT, fetch: simulator.fetch, onEvent });
  const loop = (async () => {
    for await (const { datetime } of dexcom.watch({ signal: stop.signal })) times.push(datetime.getTime());
  })();
  await ${timers}.advanceTimersByTimeAsync(1_800_000);
  simulator.inject({ operation: "ReadPublisherLatestGlucoseValues", status: 503, times: 1 });
  await ${timers}.advanceTimersByTimeAsync(1_800_000);
  stop.abort();
  await loop;
  expect(times.length).toBeGreaterThanOrEqual(12);
  expect(times.slice(1).map((time, index) => time - times[index])).toEqual(times.slice(1).map(() => 300_000));
  expect(events).toEqual(["login", "retry"]);
});
`;

const NAMES = "{ Dexcom }";
const SIMULATOR_NAMES = "{ ShareSimulator, SIMULATED_ACCOUNT }";

const RUNNERS = [
  {
    name: "vitest",
    file: "fake-timers.test.mjs",
    text: `import ${NAMES} from "dexcom-share-ts";\nimport ${SIMULATOR_NAMES} from "dexcom-share-ts/simulator";\n${testOf("vi")}`,
    args: ["run", "--globals", "--no-cache"],
  },
  {
    name: "jest",
    file: "fake-timers.test.cjs",
    text: `const ${NAMES} = require("dexcom-share-ts");\nconst ${SIMULATOR_NAMES} = require("dexcom-share-ts/simulator");\n${testOf("jest")}`,
    args: ["--no-cache", "--watchman=false", "--transform={}", "--testMatch=**/fake-timers.test.cjs", "--runInBand"],
  },
];

describe("the fake timers of a test runner", () => {
  let packed: PackedPackage;
  before(async () => {
    packed = await packAndInstall();
  });
  after(() => packed.remove());

  for (const { name, file, text, args } of RUNNERS) {
    test(`${name}: an hour brings the readings of an hour, and the retry of a 503`, async () => {
      await writeFile(path.join(packed.consumer, file), text);
      const command = installedCommand("test/runtimes/releases", name);
      const env = { ...process.env, CI: "1", NO_COLOR: "1" };
      const { stdout, stderr } = await execute(command, args, { cwd: packed.consumer, env });
      assert.match(`${stdout}${stderr}`, /Tests:? +1 passed/);
    });
  }
});
