import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ShareSimulator, VirtualClock, type Injection, type OperationName } from "../../src/simulator/index.ts";
import { runHere, type Ran, type World } from "./harness.ts";
import { NOW } from "./moment.ts";
import { hasTerminal, runOnPipe, start, startOnTerminal, type Running } from "./terminal.ts";

const ACCOUNT = { username: "canary-name@example.com", password: "canary-password" };
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password };
const DAY_MS = 86_400_000;
const INVITE = ["invite", "Gran", "--email", "gran@example.com", "--display-name", "Sam"];
const CHANGES = [INVITE, ["pause", "Aunt"], ["resume", "Aunt"], ["remove", "Aunt"]];
const READ: readonly (string | undefined)[] = [
  "AuthenticatePublisherAccount",
  "LoginPublisherAccountById",
  "ListPublisherAccountSubscriptions",
];

interface Home {
  readonly clock: VirtualClock;
  readonly simulator: ShareSimulator;
  followers(argv: readonly string[], world?: World): Promise<Ran>;
  /** What was asked that changes an account. */
  changes(): (string | undefined)[];
}

function home(names: readonly string[] = ["Aunt", "Uncle"]): Home {
  const clock = new VirtualClock(NOW);
  const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, followers: names }], clock });
  const secrets = [ACCOUNT.password];
  const watched: typeof fetch = async (input, init) => {
    const response = await simulator.fetch(input, init);
    if (/LoginPublisherAccountById$/.test(input as string)) secrets.push((await response.clone().text()).slice(1, -1));
    return response;
  };
  return {
    clock,
    simulator,
    async followers(argv, world = {}) {
      const ran = await clock.runUntil(runHere(["followers", ...argv], { env: ENV, fetch: watched, clock, ...world }));
      assert.ok(
        secrets.every((secret) => secret !== "" && !(ran.stdout + ran.stderr).includes(secret)),
        "a secret got out",
      );
      return ran;
    },
    changes: () => simulator.requests.flatMap(({ operation }) => (READ.includes(operation) ? [] : [operation])),
  };
}

const inject = ({ simulator }: Home, operation: OperationName, fault: Injection): void =>
  void simulator.inject({ operation, ...fault });
const lost: Injection = { drop: "before-headers", isProcessed: true, times: 1 };

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

  test("as JSON has the fields of a subscription, also of who was removed", async () => {
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
      "hasGraphAccess",
      "hasLapsed",
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
      [uncle!["createdAt"], uncle!["invitationId"], uncle!["hasLapsed"]],
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

  test("tells an invitation that lapsed from one that is open", async () => {
    const { followers, clock } = home();
    const { stdout } = await followers([...INVITE, "--no-graph", "--yes"]);
    assert.equal(stdout, "Gran  invited  latest  invited 2026-01-15, lapses 2026-01-22 20:00 UTC\n");
    await clock.advance(7 * DAY_MS);
    assert.match((await followers([])).stdout, /^Gran {3}lapsed {2}latest {2}invited 2026-01-15$/m);
    const [, , gran] = JSON.parse((await followers(["--json"])).stdout) as Record<string, unknown>[];
    assert.deepEqual([gran!["state"], gran!["hasLapsed"]], ["invited", true]);
  });
});

describe("a change", () => {
  test("is asked about first, and made where the answer is yes", async () => {
    const world = home();
    const says = (question: RegExp, answer = "y\r"): World => ({ answers: [[question, answer]] });
    const run = async (argv: string[], question: RegExp): Promise<string> => {
      const { exitCode, stdout, stderr } = await world.followers(argv, says(question));
      assert.equal(exitCode, 0, stderr);
      return stdout;
    };
    assert.match(
      await run(INVITE, /Invite Gran \(gran@example\.com\) by e-mail to see the graph of "Sam"\? \[y\/N\] $/),
      /^Gran +invited/,
    );
    assert.match(await run(["pause", "Aunt"], /Share nothing with Aunt until resumed\? \[y\/N\] $/), /^Aunt {2}paused/);
    assert.match(await run(["resume", "Aunt"], /Share with Aunt again\? \[y\/N\] $/), /^Aunt {2}active/);
    assert.equal(
      await run(["remove", "Aunt"], /Delete the contact Aunt, who can then follow no longer\? \[y\/N\] $/),
      "Aunt is removed.\n",
    );
    assert.deepEqual(world.changes(), [
      "CreateContact",
      "CreateSubscriptionInvitation",
      "PauseSubscription",
      "ResumeSubscription",
      "DeleteContact",
    ]);
  });

  test("is not made where the answer is anything but yes", async () => {
    for (const argv of CHANGES.filter(([action]) => action !== "resume")) {
      for (const answer of ["\r", "n\r", "yesterday\r"]) {
        const world = home();
        const ran = await world.followers(argv, { answers: [[/\[y\/N\] $/, answer]] });
        assert.deepEqual([ran.exitCode, ran.stdout, world.changes()], [1, "", []], argv[0]);
        assert.match(ran.stderr, /Nothing was changed/);
      }
    }
  });

  test("is refused without a terminal and without --yes, before anything is sent", async () => {
    for (const argv of CHANGES) {
      const world = home();
      const ran = await world.followers(argv);
      assert.deepEqual([ran.exitCode, ran.stdout, world.simulator.requests.length], [2, "", 0]);
      assert.match(ran.stderr, /run it in a terminal to be asked, or add --yes/);
    }
  });

  test("is made with --yes and no question", async () => {
    const world = home();
    for (const argv of CHANGES) assert.deepEqual([(await world.followers([...argv, "--yes"])).exitCode], [0], argv[0]);
    assert.equal(world.changes().length, 5);
  });

  test("that is made already is not made again, nor asked about", async () => {
    const world = home();
    assert.equal((await world.followers(["resume", "Aunt"], { answers: [] })).stdout, "Aunt is active already.\n");
    assert.deepEqual(world.changes(), []);
  });

  test("finds who is meant by name or id, in any case, and nobody else", async () => {
    const world = home();
    const [aunt, uncle] = JSON.parse((await world.followers(["--json"])).stdout) as {
      contactId: string;
      subscriptionId: string;
    }[];
    assert.match(
      (await world.followers(["pause", aunt!.subscriptionId.toUpperCase(), "--yes"])).stdout,
      /^Aunt {2}paused/,
    );
    assert.equal((await world.followers(["remove", uncle!.contactId, "--yes"])).stdout, "Uncle is removed.\n");
    for (const name of ["Uncle", "aunt", "toString", uncle!.subscriptionId]) {
      const ran = await world.followers(["pause", name, "--yes"]);
      assert.deepEqual([ran.exitCode, ran.stdout], [1, ""], name);
      assert.match(ran.stderr, /^dexcom-share-ts: Nobody goes by the name/);
    }
    assert.deepEqual(world.changes(), ["PauseSubscription", "DeleteContact"]);
  });

  test("wants an id where a contact was invited twice, but for its removal", async () => {
    const world = home([]);
    await world.followers([...INVITE, "--yes"]);
    const [one] = JSON.parse((await world.followers(["--json"])).stdout) as { contactId: string }[];
    const { Publisher } = await import("../../src/publisher/index.ts");
    const publisher = new Publisher({ ...ACCOUNT, fetch: world.simulator.fetch, clock: world.clock });
    const second = await world.clock.runUntil(publisher.createInvitation(one!.contactId, { displayName: "Sam" }));
    world.simulator.acceptInvitation(second);
    const ran = await world.followers(["pause", "Gran", "--yes"]);
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, new RegExp(`Several go by the name Gran.*${second}`));
    assert.match((await world.followers(["pause", second, "--yes"])).stdout, /^Gran {2}paused/);
    assert.equal((await world.followers(["remove", "Gran", "--yes"])).exitCode, 0);
  });

  test("of somebody who has not accepted is refused with the state", async () => {
    const world = home();
    await world.followers([...INVITE, "--yes"]);
    for (const [action, wanted] of [
      ["pause", "active"],
      ["resume", "paused"],
    ] as const) {
      const ran = await world.followers([action, "Gran", "--yes"]);
      assert.deepEqual(
        [ran.exitCode, ran.stderr],
        [1, `dexcom-share-ts: Gran is invited, not ${wanted}: nothing was changed.\n`],
      );
    }
  });

  test("that the service took without effect is a failure", async () => {
    const empty: Injection = { status: 200, body: "", isProcessed: false };
    for (const [operation, argv, state] of [
      ["PauseSubscription", ["pause", "Aunt"], "active"],
      ["DeleteContact", ["remove", "Aunt"], "active"],
    ] as const) {
      const world = home();
      inject(world, operation, empty);
      const ran = await world.followers([...argv, "--yes"]);
      assert.deepEqual(
        [ran.exitCode, ran.stderr],
        [1, `dexcom-share-ts: The service took it, but still lists Aunt as ${state}.\n`],
      );
    }
  });

  test("whose answer was lost is looked after: once removed is removed, once invited is invited", async () => {
    for (const [operation, argv, stdout] of [
      ["DeleteContact", ["remove", "Aunt"], /^Aunt is removed/],
      ["PauseSubscription", ["pause", "Aunt"], /^Aunt {2}paused/],
      ["CreateSubscriptionInvitation", INVITE, /^Gran {2}invited/],
    ] as const) {
      const world = home();
      inject(world, operation, lost);
      const ran = await world.followers([...argv, "--yes"]);
      assert.equal(ran.exitCode, 0, ran.stderr);
      assert.match(ran.stdout, stdout, ran.stderr);
    }
  });

  test("is done even where it can't be looked at afterwards", async () => {
    const world = home();
    inject(world, "ListPublisherAccountSubscriptions", { status: 404, after: 1 });
    const ran = await world.followers(["pause", "Aunt", "--yes"]);
    assert.deepEqual([ran.exitCode, ran.stdout], [0, ""]);
    assert.match(ran.stderr, /^It is done, but how it stands now could not be read/);
  });
});

describe("an invitation", () => {
  test("of somebody who is there is refused, and who lapsed has to be removed first", async () => {
    const world = home();
    await world.followers([...INVITE, "--yes"]);
    const again = (): Promise<Ran> => world.followers([...INVITE, "--yes"]);
    assert.match((await again()).stderr, /Gran is invited already\. To invite anew, remove it first/);
    await world.clock.advance(7 * DAY_MS);
    assert.match((await again()).stderr, /Gran is lapsed already/);
    await world.followers(["remove", "Gran", "--yes"]);
    assert.match((await again()).stdout, /^Gran {2}invited/);
  });

  test("that fails leaves no contact behind, so that the name is free", async () => {
    for (const fault of [{ code: "NotToday" }, { drop: "before-headers", isProcessed: false }] as const) {
      const world = home();
      inject(world, "CreateSubscriptionInvitation", { ...fault });
      const ran = await world.followers([...INVITE, "--yes"]);
      assert.deepEqual([ran.exitCode, ran.stdout], [1, ""]);
      assert.equal(world.changes().at(-1), "DeleteContact");
    }
  });

  test("that fails with its contact left says how to delete that, which works", async () => {
    const world = home();
    inject(world, "CreateSubscriptionInvitation", { code: "NotToday", times: 2 });
    inject(world, "DeleteContact", { status: 404, times: 1 });
    const { stderr } = await world.followers([...INVITE, "--yes"]);
    const [, id] = /`dexcom-share-ts followers remove ([\da-f-]{36})` deletes it/.exec(stderr)!;
    assert.match(
      (await world.followers([...INVITE, "--yes"])).stderr,
      /The account has a contact of this name \(ContactNameAlreadyExists\)\nChoose another name/,
    );
    assert.equal((await world.followers(["remove", id!, "--yes"])).exitCode, 0);
    assert.match((await world.followers([...INVITE, "--yes"])).stdout, /^Gran {2}invited/);
  });

  test("that is interrupted half-way says what is left, and ends at once", async () => {
    const { Interruption } = await import("../../src/cli/io.ts");
    const world = home();
    const interrupted = new AbortController();
    const fetch: typeof globalThis.fetch = (input, init) => {
      if ((input as string).includes("CreateSubscriptionInvitation")) interrupted.abort(new Interruption(2));
      return world.simulator.fetch(input, init);
    };
    const ran = await world.followers([...INVITE, "--yes"], { signal: interrupted.signal, fetch });
    assert.deepEqual([ran.exitCode, ran.stdout], [130, ""]);
    assert.match(ran.stderr, /^A contact Gran was made, and may not be invited\./);
  });

  test("whose answer was lost is not taken back where nobody can see whether it was made", async () => {
    const world = home();
    inject(world, "CreateSubscriptionInvitation", lost);
    inject(world, "ListPublisherAccountSubscriptions", { status: 404, after: 1 });
    const ran = await world.followers([...INVITE, "--yes"]);
    assert.equal(ran.exitCode, 1);
    assert.match(ran.stderr, /The response was lost/);
    assert.ok(!world.changes().includes("DeleteContact"));
  });
});

test("a mistake in use is said in a line and exits with 2, and nothing is sent", async () => {
  for (const [argv, message] of [
    [["lst"], /Allowed choices are list, invite, pause, resume, remove/],
    [["canary"], /Allowed choices are list/],
    [["pause"], /Say whom: dexcom-share-ts followers pause <name>/],
    [["remove", " "], /Say whom/],
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
