import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { runHere, type Ran } from "./harness.ts";
import { hasTerminal, runOnPipe, start, startOnTerminal, type Running } from "./terminal.ts";
import { ACCOUNT, DAY_MS, home, INVITE, READ } from "./followers-home.ts";

describe("the list", () => {
  test("has a line for each, in columns, and asks for nothing else", async () => {
    const { followers, simulator } = home();
    const stdout = "Aunt   active  graph  invited 2026-01-15\nUncle  active  graph  invited 2026-01-15\n";
    for (const argv of [[], ["list"]]) assert.deepEqual(await followers(argv), { exitCode: 0, stdout, stderr: "" });
    assert.deepEqual(
      simulator.requests.map(({ operation }) => operation),
      [...READ, ...READ],
    );
  });

  test("as JSON has the fields of a subscription, also of a removed follower", async () => {
    const { followers } = home();
    await followers(["remove", "Aunt", "--yes"]);
    const [aunt, uncle, ...others] = JSON.parse((await followers(["--json"])).stdout) as Record<string, unknown>[];
    assert.deepEqual(others, []);
    assert.deepEqual([aunt!["state"], uncle!["state"]], ["removed", "active"]);
    assert.deepEqual(Object.keys(uncle!).sort(), [
      "contactId",
      "contactName",
      "createdAt",
      "displayName",
      "hasExpired",
      "hasGraphAccess",
      "invitationId",
      "inviteExpiresAt",
      "isEnabled",
      "isMonitoringActive",
      "modifiedAt",
      "state",
      "subscriberId",
      "subscriptionId",
    ]);
    assert.deepEqual(
      [uncle!["createdAt"], uncle!["invitationId"], uncle!["hasExpired"]],
      ["2026-01-15T20:00:00.000Z", null, false],
    );
    assert.doesNotMatch((await followers([])).stdout, /Aunt/);
  });

  test("of an account without followers says what that means", async () => {
    for (const [argv, stdout] of [
      [[], ""],
      [["--json"], "[]\n"],
    ] as const) {
      const ran = await home([]).followers(argv);
      assert.deepEqual([ran.exitCode, ran.stdout], [0, stdout]);
      assert.match(ran.stderr, /^Nobody follows.* no readings/);
    }
  });

  test("shows no character that would move the cursor", async () => {
    const { stdout } = await home(["Eve\u001b[2J\u0007\u202e"]).followers([]);
    assert.match(stdout, /^Eve\uFFFD\[2J\uFFFD\uFFFD {2}active/);
  });

  test("tells an invitation that expired from one that is open", async () => {
    const { followers, clock } = home();
    const { stdout } = await followers([...INVITE, "--no-graph", "--yes"]);
    assert.equal(stdout, "Gran  invited  latest  invited 2026-01-15, expires 2026-01-22 20:00 UTC\n");
    await clock.advance(7 * DAY_MS);
    assert.match((await followers([])).stdout, /^Gran {3}expired {2}latest {2}invited 2026-01-15$/m);
    const [, , gran] = JSON.parse((await followers(["--json"])).stdout) as Record<string, unknown>[];
    assert.deepEqual([gran!["state"], gran!["hasExpired"]], ["invited", true]);
  });
});

test("a mistake in use is reported in one line and exits with 2, and nothing is sent", async () => {
  for (const [argv, message] of [
    [["lst"], /Allowed choices are list, invite, pause, resume, remove/],
    [["canary"], /Allowed choices are list/],
    [["pause"], /Name the follower: dexcom-share-ts followers pause <name>/],
    [["remove", " "], /Name the follower/],
    [["list", "Aunt"], /list takes no name/],
    [["pause", "School", "nurse"], /too many arguments/],
    [["invite", "Gran"], /invite needs --email and --display-name/],
    [["invite", "Gran", "--email", "gran@example.com"], /invite needs/],
    [["pause", "Aunt", "--email", "x@example.com"], /belong to invite/],
    [["list", "--no-graph"], /belong to invite/],
    [["remove", "Aunt", "--json"], /--json belongs to list/],
    [["invite", "Gran", "--email", "nowhere", "--display-name", "Sam", "--yes"], /--email must be an e-mail address/],
  ] as [string[], RegExp][]) {
    const world = home();
    const ran = await world.followers(argv);
    assert.deepEqual([ran.exitCode, ran.stdout, world.changes()], [2, "", []], argv.join(" "));
    assert.match(ran.stderr, message);
  }
});

test("a refused login is a failure with advice, and is sent once", async () => {
  const world = home();
  world.simulator.changePassword(ACCOUNT.username, "another");
  const ran = await world.followers(["remove", "Aunt", "--yes"]);
  assert.deepEqual([ran.exitCode, ran.stdout, world.simulator.requests.length], [1, "", 1]);
  assert.match(ran.stderr, /^dexcom-share-ts: Failed to authenticate \(AccountPasswordInvalid\)\n/);
});

test("a simulated account has followers, needs no credentials, and shows what each change does", async () => {
  const run = (...argv: string[]): Promise<Ran> => runHere(["followers", ...argv, "--simulate"]);
  assert.match((await run()).stdout, /^Grandmother {3}active.*\nSchool nurse {2}active.*\n$/);
  assert.match((await run("pause", "School nurse", "--yes")).stdout, /^School nurse {2}paused/);
  assert.equal((await run("remove", "Grandmother", "--yes")).stdout, "Grandmother is removed.\n");
  assert.match((await run(...INVITE, "--yes")).stdout, /^Gran {2}invited/);
  assert.equal((await run("pause", "School nurse")).exitCode, 2);
});

test("its help says what removing does, and what all of it rests on", async () => {
  const { stdout } = await runHere(["followers", "--help"]);
  for (const word of ["DeleteContact", "--yes", "2015 to 2018"]) assert.ok(stdout.includes(word), word);
});

describe("as a process of its own", () => {
  let server: Running;
  let url: string;
  const env = { DEXCOM_USERNAME: "us@example.com", DEXCOM_PASSWORD: "simulated" };
  before(async () => {
    server = start(["simulate"]);
    url = await server.says(/simulated, at (http:\/\/127\.0\.0\.1:\d+) /);
  });
  after(async () => {
    server.child.kill("SIGINT");
    await server.ended();
  });

  test("it changes what the next one then lists, refuses on a pipe, and asks on a terminal", async () => {
    const refused = await runOnPipe(["followers", "pause", "Grandmother", "--base-url", url], env);
    assert.deepEqual([refused.exitCode, refused.stdout], [2, ""]);
    const paused = await runOnPipe(["followers", "pause", "Grandmother", "--yes", "--base-url", url], env);
    assert.deepEqual([paused.exitCode, paused.stderr], [0, ""]);
    if (hasTerminal) {
      const running = startOnTerminal(["followers", "remove", "School nurse", "--base-url", url], env, 80);
      await running.says(/Delete the contact School nurse.*\[y\/N\] /);
      running.types("y\r");
      const { exitCode, stdout } = await running.ended();
      assert.equal(exitCode, 0, stdout);
    }
    const { exitCode, stdout } = await runOnPipe(["followers", "--json", "--base-url", url], env);
    assert.equal(exitCode, 0);
    const states = (JSON.parse(stdout) as { contactName: string; state: string }[]).map(
      ({ contactName, state }) => `${contactName} ${state}`,
    );
    assert.deepEqual(states, ["Grandmother paused", `School nurse ${hasTerminal ? "removed" : "active"}`]);
  });
});
