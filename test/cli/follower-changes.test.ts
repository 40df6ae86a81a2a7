import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Injection } from "../../src/simulator/index.ts";
import { type World } from "./harness.ts";
import { ACCOUNT, home, inject, INVITE, lost } from "./followers-home.ts";

const CHANGES = [INVITE, ["pause", "Aunt"], ["resume", "Aunt"], ["remove", "Aunt"]];

describe("a change", () => {
  test("is asked about first, and made if the user says yes", async () => {
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

  test("is not made if the user says anything but yes", async () => {
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

  test("is made with --yes and without a prompt", async () => {
    const world = home();
    for (const argv of CHANGES) assert.deepEqual([(await world.followers([...argv, "--yes"])).exitCode], [0], argv[0]);
    assert.equal(world.changes().length, 5);
  });

  test("that is made already is neither made again nor asked about", async () => {
    const world = home();
    assert.equal((await world.followers(["resume", "Aunt"], { answers: [] })).stdout, "Aunt is active already.\n");
    assert.deepEqual(world.changes(), []);
  });

  test("finds a follower by name or id in any case, and nobody else", async () => {
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
      assert.match(ran.stderr, /^dexcom-share-ts: No follower has the name/);
    }
    assert.deepEqual(world.changes(), ["PauseSubscription", "DeleteContact"]);
  });

  test("needs an id if a contact was invited twice, except for its removal", async () => {
    const world = home([]);
    await world.followers([...INVITE, "--yes"]);
    const [one] = JSON.parse((await world.followers(["--json"])).stdout) as { contactId: string }[];
    const { Publisher } = await import("../../src/publisher/index.ts");
    const publisher = new Publisher({ ...ACCOUNT, fetch: world.simulator.fetch, clock: world.clock });
    const second = await world.clock.runUntil(publisher.createInvitation(one!.contactId, { displayName: "Sam" }));
    world.simulator.acceptInvitation(second);
    const ran = await world.followers(["pause", "Gran", "--yes"]);
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, new RegExp(`Several followers have the name Gran.*${second}`));
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
        [1, `dexcom-share-ts: The service accepted the change, but still lists Aunt as ${state}.\n`],
      );
    }
  });

  test("whose response was lost is looked up: a removal counts as made, and so does an invitation", async () => {
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

  test("succeeds even if the list can't be read afterwards", async () => {
    const world = home();
    inject(world, "ListPublisherAccountSubscriptions", { status: 404, after: 1 });
    const ran = await world.followers(["pause", "Aunt", "--yes"]);
    assert.deepEqual([ran.exitCode, ran.stdout], [0, ""]);
    assert.match(ran.stderr, /^It is done, but how it stands now could not be read/);
  });
});
