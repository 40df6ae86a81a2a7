import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GlucoseReading, type DexcomEvent } from "../../src/index.ts";
import { Publisher } from "../../src/publisher/index.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { text } from "../support/responses.ts";
import { wireService } from "../support/wire-service.ts";
import { SUBSCRIPTION } from "../publisher/examples.ts";
import { clientsOf } from "../publisher/table.ts";

const START = Date.UTC(2026, 0, 1, 12);
const OTHER = "44444444-4444-4444-4444-444444444444";

/** Two wearers, and one who follows both. */
async function setUp(): Promise<{
  run<T>(work: Promise<T>): Promise<T>;
  simulator: ShareSimulator;
  subscriber: Subscriber;
  ids: string[];
}> {
  const clock = new VirtualClock(START);
  const account = (username: string, value: number): object => ({
    username,
    password: "correct horse battery",
    readings: [300_000, 600_000].map((ago, index) => ({ mgDl: value + index, datetime: START - ago })),
  });
  const simulator = new ShareSimulator({ accounts: [account("one", 100), account("two", 200)] as never, clock });
  const first = simulator.listFollowers("one")[0]!;
  const common = { fetch: simulator.fetch, clock };
  // The second wearer's follower of the start is somebody else; the first one's is invited by the second wearer too.
  const publisher = new Publisher({ username: "two", password: "correct horse battery", ...common });
  const contactId = await clock.runUntil(publisher.createContact("Both", "both@example.com"));
  const second = simulator.acceptInvitation(
    await clock.runUntil(publisher.createInvitation(contactId, { displayName: "Two" })),
    first,
  );
  assert.deepEqual([second.accountId, second.secret], [first.accountId, first.secret]);
  const { accountId, secret } = first;
  return {
    run: (work) => clock.runUntil(work),
    simulator,
    subscriber: new Subscriber({ accountId, secret, ...common }),
    ids: [first.subscriptionId, second.subscriptionId],
  };
}

describe("a subscriber", () => {
  test("lists the accounts that share, with the invitation's id", async () => {
    const { subscriber, run, ids } = await setUp();
    const listed = await run(subscriber.listSubscriptions());
    assert.deepEqual(
      listed.map(({ subscriptionId, state, displayName }) => [subscriptionId, state, displayName]),
      [
        [ids[0], "active", "one"],
        [ids[1], "active", "Two"],
      ],
    );
    assert.ok(listed.every(({ invitationId }) => invitationId !== undefined));
  });

  test("reads one subscription, newest first, as GlucoseReadings", async () => {
    const { subscriber, run, ids } = await setUp();
    const readings = await run(subscriber.getGlucoseReadings(ids[1]!));
    assert.ok(readings.every((reading) => reading instanceof GlucoseReading));
    assert.deepEqual(
      readings.map(({ mgDl, datetime }) => [mgDl, datetime.getTime()]),
      [
        [200, START - 300_000],
        [201, START - 600_000],
      ],
    );
    assert.equal((await run(subscriber.getGlucoseReadings(ids[1]!, 7))).length, 1);
    assert.equal((await run(subscriber.getGlucoseReadings(ids[1]!, 1440, 1))).length, 1);
  });

  test("reads the latest of several, in the service's order, and does not guess whose they are", async () => {
    const { subscriber, run, ids } = await setUp();
    const latest = await run(subscriber.getLatestGlucoseReadings(ids));
    assert.deepEqual(
      latest.map(({ reading, subscriptionId }) => [reading?.mgDl, subscriptionId]),
      [
        [100, undefined],
        [200, undefined],
      ],
    );
    const [only] = await run(subscriber.getLatestGlucoseReadings([ids[1]!]));
    assert.deepEqual([only?.reading?.mgDl, only?.subscriptionId], [200, ids[1]]);
  });

  test("tells whose a reading is if the service says so", async () => {
    const record = (value: number): string =>
      `{"WT":"Date(${START})","ST":"Date(${START})","DT":"Date(${START}-0400)","Value":${value},"Trend":"Flat"}`;
    const response = `[{"SubscriptionId":"${OTHER}","Egv":${record(90)}},{"SubscriptionId":"${SUBSCRIPTION}","Egv":${record(91)}},{"SubscriptionId":null,"Egv":null}]`;
    const { subscriber } = clientsOf(wireService(text(response)));
    const latest = await subscriber.getLatestGlucoseReadings([SUBSCRIPTION, OTHER]);
    assert.deepEqual(
      latest.map(({ reading, subscriptionId }) => [reading?.mgDl, subscriptionId]),
      [
        [90, OTHER],
        [91, SUBSCRIPTION],
        [undefined, undefined],
      ],
    );
  });

  test("is shown nothing while paused, and the latest alone without the graph", async () => {
    const { subscriber, run, ids, simulator } = await setUp();
    const publisher = new Publisher({ username: "one", password: "correct horse battery", fetch: simulator.fetch });
    const count = async (): Promise<unknown[]> => [
      (await run(subscriber.getGlucoseReadings(ids[0]!))).length,
      (await run(subscriber.getLatestGlucoseReadings([ids[0]!])))[0]?.reading?.mgDl,
    ];
    await publisher.pauseSubscription(ids[0]!);
    assert.deepEqual(await count(), [0, undefined]);
    await publisher.resumeSubscription(ids[0]!);
    await publisher.updatePermissions(ids[0]!, false);
    assert.deepEqual(await count(), [1, 100]);
    await publisher.updatePermissions(ids[0]!, true);
    assert.deepEqual(await count(), [2, 100]);
  });

  test("reports a bad record by its place in the response if the option asks for it", async () => {
    const response = '[{"Egv":null},{"Egv":{"WT":"Date(1)","Value":null,"Trend":"Flat"}}]';
    await assert.rejects(
      clientsOf(wireService(text(response))).subscriber.getLatestGlucoseReadings([SUBSCRIPTION, OTHER]),
      { name: "ZodError" },
    );
    const events: DexcomEvent[] = [];
    const { subscriber } = clientsOf(wireService(text(response), text('[{"Value":100,"Trend":"Flat"}]')), {
      badRecords: "report",
      onEvent: (event: DexcomEvent) => events.push(event),
    });
    assert.deepEqual(await subscriber.getLatestGlucoseReadings([SUBSCRIPTION, OTHER]), [
      { reading: undefined, subscriptionId: undefined },
      { reading: undefined, subscriptionId: undefined },
    ]);
    assert.deepEqual(await subscriber.getGlucoseReadings(SUBSCRIPTION), []);
    const bad = events.flatMap((event) => (event.type === "bad-record" ? [[event.index, event.issues[0]?.path]] : []));
    assert.deepEqual(bad, [
      [1, [1, "Egv", "Value"]],
      [0, [0]],
    ]);
  });
});
