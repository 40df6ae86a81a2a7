import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Ran } from "./harness.ts";
import { DAY_MS, home, inject, INVITE, lost } from "./followers-home.ts";

describe("an invitation", () => {
  test("of an existing follower is refused, and an expired one has to be removed first", async () => {
    const world = home();
    await world.followers([...INVITE, "--yes"]);
    const again = (): Promise<Ran> => world.followers([...INVITE, "--yes"]);
    assert.match((await again()).stderr, /Gran is invited already\. To send another invitation, remove it first/);
    await world.clock.advance(7 * DAY_MS);
    assert.match((await again()).stderr, /Gran is expired already/);
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

  test("that is interrupted half-way reports what is left, and ends at once", async () => {
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

  test("whose response was lost is not taken back if the list can't be read", async () => {
    const world = home();
    inject(world, "CreateSubscriptionInvitation", lost);
    inject(world, "ListPublisherAccountSubscriptions", { status: 404, after: 1 });
    const ran = await world.followers([...INVITE, "--yes"]);
    assert.equal(ran.exitCode, 1);
    assert.match(ran.stderr, /The response was lost/);
    assert.ok(!world.changes().includes("DeleteContact"));
  });
});
