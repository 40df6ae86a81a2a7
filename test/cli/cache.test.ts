import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { listen, type ListeningSimulator } from "../../src/simulator/node.ts";
import { asked } from "../stores/service.ts";
import { newDirectory, runHere, type Ran, type World } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";

const ACCOUNT = { username: "canary-name@example.com", password: "canary-password" };
const READINGS = [{ datetime: NOW - 60_000, mgDl: 132 }];

function simulate(more: { password?: string; region?: "us" | "ous" } = {}): ShareSimulator {
  return new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: READINGS, ...more }], clock: fixedClock });
}

/** The command on one machine: each run finds what the ones before it have left. */
function machine(
  simulator: ShareSimulator,
  cacheDirectory: string = newDirectory(),
): {
  cacheDirectory: string;
  run: (command: string, password?: string, more?: World) => Promise<Ran>;
} {
  return {
    cacheDirectory,
    run: (command, password = ACCOUNT.password, more = {}) =>
      runHere(command.split(" ").filter(Boolean), {
        env: { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: password },
        // Of its own, as a process has it: what was refused to one `fetch` is known to all its clients.
        fetch: (input, init) => simulator.fetch(input, init),
        cacheDirectory,
        ...more,
      }),
  };
}

describe("the session of a run", () => {
  test("serves the next, whatever it asks for: one request each", async () => {
    const simulator = simulate();
    const { run, cacheDirectory } = machine(simulator);
    for (const command of ["", "latest", "readings --json", "chart"])
      assert.equal((await run(command)).exitCode, 0, command);
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 4 });
    for (const file of await readdir(cacheDirectory)) assert.doesNotMatch(file, /canary/);
  });

  test("is replaced when the service has ended it", async () => {
    const simulator = simulate();
    const { run } = machine(simulator);
    await run("");
    simulator.expireSessions();
    for (let i = 0; i < 2; i++) assert.equal((await run("")).exitCode, 0);
    assert.equal(asked(simulator).logins, 2);
  });

  for (const command of ["--no-cache", "latest --no-cache", "readings --no-cache", "chart --no-cache"]) {
    test(`is kept nowhere by ${command}, nor looked for`, async () => {
      const simulator = simulate();
      const { run, cacheDirectory } = machine(simulator);
      for (let i = 0; i < 2; i++) assert.equal((await run(command)).exitCode, 0);
      assert.equal(asked(simulator).logins, 2);
      assert.equal(existsSync(cacheDirectory), false);
    });
  }

  test("of a simulated account is kept nowhere", async () => {
    const { run, cacheDirectory } = machine(simulate());
    for (const command of ["", "latest", "readings", "chart", "doctor"])
      assert.equal((await run(`${command} --simulate`)).exitCode, 0);
    assert.equal(existsSync(cacheDirectory), false);
  });
});

test("a password that a run was refused is not sent by the next, which says when it may be; another one is", async () => {
  const simulator = simulate();
  const { run } = machine(simulator);
  for (let i = 0; i < 3; i++) {
    const { exitCode, stderr } = await run("", "wrong");
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /^dexcom-share-ts: Failed to authenticate .*\n.*The next attempt is made in 10 minutes at the earliest\.\n$/,
    );
  }
  assert.equal(simulator.requests.length, 1);
  assert.equal((await run("")).exitCode, 0, "a corrected password is held back");
});

describe("doctor", () => {
  test("logs in though a session is kept, and leaves the new one to the runs after it", async () => {
    const simulator = simulate();
    const { run } = machine(simulator);
    await run("");
    assert.match((await run("doctor")).stdout, /login +accepted/);
    assert.deepEqual(asked(simulator), { authentications: 2, logins: 2, reads: 2 });
    // Those before it are dead: only what it has left can do.
    simulator.expireSessions();
    await run("doctor");
    const before = simulator.requests.length;
    await run("");
    assert.deepEqual(asked(simulator, before), { authentications: 0, logins: 0, reads: 1 });
  });

  test("does not send refused credentials in any run, and says for how long", async () => {
    const simulator = simulate();
    const { run } = machine(simulator);
    await run("", "wrong");
    const posts = asked(simulator).authentications;
    for (let i = 0; i < 3; i++) {
      const { exitCode, stdout } = await run("doctor", "wrong");
      assert.equal(exitCode, 14);
      assert.match(
        stdout,
        /login +an earlier login told, and none is sent again for 10 min: refused \(AccountPasswordInvalid\)/,
      );
    }
    assert.equal(asked(simulator).authentications, posts);
  });

  test("shares its refusals with later runs, of other regions too", async () => {
    const simulator = simulate({ password: "another" });
    const { run } = machine(simulator);
    const yes: World = { answers: [[/\[y\/N\] $/, "y\n"]] };
    const first = await run("doctor --try-regions", ACCOUNT.password, yes);
    assert.match(first.stdout, /ous refused, jp refused/);
    assert.equal(asked(simulator).authentications, 3);
    await run("doctor --try-regions", ACCOUNT.password, yes);
    for (const region of ["us", "ous", "jp"]) assert.equal((await run(`--region ${region}`)).exitCode, 1);
    assert.equal(asked(simulator).authentications, 3);
  });

  test("knows a locked account from an earlier run", async () => {
    const simulator = simulate();
    const { run } = machine(simulator);
    simulator.lockOut(ACCOUNT.username);
    await run("");
    const { stdout } = await run("doctor");
    assert.match(stdout, /login +an earlier login told, and none is sent again for 10 min: the account is locked/);
    assert.equal(asked(simulator).authentications, 1);
  });

  test("with --no-cache sends the login, and touches no file", async () => {
    const simulator = simulate();
    const { run, cacheDirectory } = machine(simulator);
    const { stdout } = await run("doctor --no-cache");
    assert.match(stdout, /cache +not used: the session ends with this run/);
    assert.equal(existsSync(cacheDirectory), false);
  });

  test("reports by its code that the folder takes no files, and continues", async () => {
    const canary = newDirectory() + "-canary";
    await writeFile(canary, "");
    const { run } = machine(simulate(), path.join(canary, "folder"));
    const { exitCode, stdout } = await run("doctor");
    assert.equal(exitCode, 13);
    assert.match(
      stdout,
      /^failed +cache +files can't be written to this user's cache folder \(ENOTDIR\)\n +- Until they can be, every run logs in again/m,
    );
    assert.match(stdout, /^ok +login +accepted\n/m);
    assert.doesNotMatch(stdout, /canary/);
  });

  test("leaves nothing of its look at the folder", async () => {
    const { run, cacheDirectory } = machine(simulate(), newDirectory());
    await run("doctor");
    assert.deepEqual(
      (await readdir(cacheDirectory)).filter((name) => name.startsWith("doctor")),
      [],
    );
  });
});

describe("the command as it is installed, against a service on loopback", () => {
  const MAIN = path.join(import.meta.dirname, "../../src/cli/main.ts");
  let simulator: ShareSimulator;
  let server: ListeningSimulator;
  let base: string;
  before(async () => {
    simulator = new ShareSimulator({ accounts: [ACCOUNT] });
    server = await listen(simulator);
    base = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-home-"));
  });
  after(async () => {
    await server.close();
    await rm(base, { recursive: true, force: true });
  });

  /** The reading of this moment, which may be `LOW (below 40 mg/dL)`, and nothing else. */
  const PRINTED = /^(\d+|LOW \(below 40|HIGH \(above 400) mg\/dL.*\n$/;

  async function run(env: Record<string, string>): Promise<{ exitCode: number; printed: string }> {
    const child = spawn(process.execPath, [MAIN, "latest", "--base-url", server.url], {
      env: { PATH: process.env["PATH"], DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      cwd: base,
      timeout: 60_000,
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const [exitCode] = (await once(child, "close")) as [number];
    return { exitCode, printed };
  }

  test(
    "makes three requests in its first run, and one in its second",
    { skip: process.platform === "win32" },
    async () => {
      const home = path.join(base, "home");
      for (const reads of [1, 2]) {
        const { exitCode, printed } = await run({ HOME: home });
        assert.deepEqual([exitCode, PRINTED.test(printed)], [0, true], printed);
        assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads });
      }
      const folder = path.join(home, process.platform === "darwin" ? "Library/Caches" : ".cache", "dexcom-share-ts");
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
      for (const name of await readdir(folder)) assert.equal((await stat(path.join(folder, name))).mode & 0o777, 0o600);
    },
  );

  /** A process of root can write to any folder. */
  const isRoot = process.getuid?.() === 0;
  const HOMES: Record<string, { skip?: string | false; prepare: () => Promise<string> }> = {
    "is a file": {
      prepare: async () => {
        await writeFile(path.join(base, "file"), "");
        return path.join(base, "file");
      },
    },
    "is read-only": {
      skip: isRoot && "root may write everywhere",
      prepare: async () => {
        await mkdir(path.join(base, "read-only"), { mode: 0o500 });
        return path.join(base, "read-only");
      },
    },
    "is empty": { prepare: async () => "" },
  };
  for (const [what, { skip = false, prepare }] of Object.entries(HOMES)) {
    test(`reads if HOME ${what}, and prints only the reading`, { skip }, async () => {
      const HOME = await prepare();
      const before = simulator.requests.length;
      const names = await readdir(base);
      const { exitCode, printed } = await run({ HOME });
      assert.deepEqual([exitCode, PRINTED.test(printed)], [0, true], printed);
      assert.deepEqual(asked(simulator, before), { authentications: 1, logins: 1, reads: 1 });
      assert.deepEqual(await readdir(base), names, "it wrote into the folder that it was started in");
    });
  }
});
