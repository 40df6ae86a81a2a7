import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom } from "../../src/index.ts";
import { Publisher, PublisherError } from "../../src/publisher/index.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";

const WEARER = { username: "someone@example.com", password: "correct horse battery" };
const INVITE = "CreateSubscriptionInvitation";

function setUp(): {
  clock: VirtualClock;
  simulator: ShareSimulator;
  publisher: Publisher;
  run<T>(work: Promise<T>): Promise<T>;
  invitations(): number;
} {
  const clock = new VirtualClock();
  const simulator = new ShareSimulator({ accounts: [{ ...WEARER, followers: [] }], clock });
  const publisher = new Publisher({ ...WEARER, fetch: simulator.fetch, clock });
  return {
    clock,
    simulator,
    publisher,
    run: (work) => clock.runUntil(work),
    invitations: () => simulator.requests.filter(({ operation }) => operation === INVITE).length,
  };
}

describe("contacts", () => {
  test("are made, found, read, renamed and deleted", async () => {
    const { publisher, run } = setUp();
    assert.equal(await run(publisher.hasContact("Gran & Co/1")), false);
    const contactId = await run(publisher.createContact("Gran & Co/1", "gran+share@example.com"));
    assert.equal(await run(publisher.hasContact("Gran & Co/1")), true);
    const contact = await run(publisher.getContact(contactId));
    assert.deepEqual([contact.contactId, contact.emailAddress], [contactId, "gran+share@example.com"]);
    await run(publisher.renameContact(contactId, "Großmutter"));
    assert.deepEqual(
      [await run(publisher.hasContact("Gran & Co/1")), await run(publisher.hasContact("Großmutter"))],
      [false, true],
    );
    await run(publisher.deleteContact(contactId));
    assert.equal(await run(publisher.hasContact("Großmutter")), false);
  });

  test("have names of their own", async () => {
    const { publisher, run } = setUp();
    await run(publisher.createContact("Gran", "gran@example.com"));
    await assert.rejects(run(publisher.createContact("Gran", "other@example.com")), (error: Error) => {
      assert.ok(error instanceof PublisherError);
      assert.deepEqual([error.code, error.message], ["CONTACT_NAME_TAKEN", "The account has a contact of this name"]);
      return true;
    });
  });
});

describe("an invitation", () => {
  test("holds the alerts as given, and the usual ones for the rest", async () => {
    const { publisher, run } = setUp();
    const contactId = await run(publisher.createContact("Gran", "gran@example.com"));
    const subscriptionId = await run(
      publisher.createInvitation(contactId, {
        displayName: "Sam",
        hasGraphAccess: false,
        alerts: {
          high: { mgDl: 250, isEnabled: true, delayMinutes: 90 },
          noData: { isEnabled: true, repeatMinutes: 1440 },
        },
      }),
    );
    assert.deepEqual(await run(publisher.getAlerts(subscriptionId)), {
      high: { mgDl: 250, isEnabled: true, delayMinutes: 90, repeatMinutes: 120, sound: "High.wav" },
      low: { mgDl: 70, isEnabled: false, delayMinutes: 30, repeatMinutes: 120, sound: "Low.wav" },
      urgentLow: { mgDl: 55, isEnabled: true, delayMinutes: 0, repeatMinutes: 30, sound: "UrgentLow.wav" },
      noData: { isEnabled: true, delayMinutes: 60, repeatMinutes: 1440, sound: "NoData.wav" },
    });
    const [listed] = await run(publisher.listSubscriptions());
    assert.deepEqual(
      [listed?.subscriptionId, listed?.state, listed?.hasGraphAccess],
      [subscriptionId, "invited", false],
    );
    assert.equal(listed?.inviteExpiresAt?.getTime(), Number(listed?.createdAt) + 7 * 86_400_000);
  });

  // The fault is not on record; a contact that the service does not know yet may be a wrong argument to it.
  for (const code of ["NotYet", "InvalidArgument"]) {
    test(`that is refused (${code}) right after the contact was made is made again after two seconds, once`, async () => {
      const { publisher, run, simulator, clock, invitations } = setUp();
      const contactId = await run(publisher.createContact("Gran", "gran@example.com"));
      simulator.inject({ operation: INVITE, code, times: 1 });
      const before = clock.now();
      await run(publisher.createInvitation(contactId, { displayName: "Sam" }));
      assert.deepEqual([clock.now() - before, invitations()], [2000, 2]);

      simulator.inject({ operation: INVITE, code });
      const again = run(publisher.createInvitation(contactId, { displayName: "Sam" }));
      await assert.rejects(again, { code: code === "NotYet" ? "UNKNOWN_FAULT" : "INVALID_ARGUMENT" });
      assert.equal(invitations(), 4);
    });
  }

  test("that holds a wrong argument of the caller's own is not sent at all", async () => {
    const { publisher, run, invitations } = setUp();
    const contactId = await run(publisher.createContact("Gran", "gran@example.com"));
    await assert.rejects(run(publisher.createInvitation(contactId, { displayName: "" })), { code: "INVALID_ARGUMENT" });
    assert.equal(invitations(), 0);
  });

  test("that is refused later, or for somebody else, is not", async () => {
    const { publisher, run, simulator, clock, invitations } = setUp();
    const contactId = await run(publisher.createContact("Gran", "gran@example.com"));
    simulator.inject({ operation: INVITE, code: "NotYet" });
    await clock.advance(11_000);
    await assert.rejects(run(publisher.createInvitation(contactId, { displayName: "Sam" })), { code: "UNKNOWN_FAULT" });
    await run(publisher.createContact("Aunt", "aunt@example.com"));
    await assert.rejects(run(publisher.createInvitation(contactId, { displayName: "Sam" })), { code: "UNKNOWN_FAULT" });
    assert.equal(invitations(), 2);
  });

  test("whose response was lost is not made again, and shows in the list", async () => {
    const { publisher, run, simulator, invitations } = setUp();
    const contactId = await run(publisher.createContact("Gran", "gran@example.com"));
    simulator.inject({ operation: INVITE, drop: "before-headers", isProcessed: true, times: 1 });
    await assert.rejects(run(publisher.createInvitation(contactId, { displayName: "Sam" })), {
      code: "OUTCOME_UNKNOWN",
    });
    assert.equal(invitations(), 1);
    assert.deepEqual(
      (await run(publisher.listSubscriptions())).map((one) => one.contactId),
      [contactId],
    );
  });

  test("is what makes the wearer's own reads other than empty", async () => {
    const { publisher, run, simulator, clock } = setUp();
    const dexcom = new Dexcom({ ...WEARER, fetch: simulator.fetch, clock });
    assert.deepEqual(await run(dexcom.getGlucoseReadings()), []);
    const contactId = await run(publisher.createContact("Gran", "gran@example.com"));
    await run(publisher.createInvitation(contactId, { displayName: "Sam" }));
    assert.ok((await run(dexcom.getGlucoseReadings())).length > 200);
    await run(publisher.deleteContact(contactId));
    assert.deepEqual(await run(dexcom.getGlucoseReadings()), []);
  });
});

describe("a subscription", () => {
  test("goes from invited to active, paused, active and removed", async () => {
    const { publisher, run, simulator } = setUp();
    const contactId = await run(publisher.createContact("Gran", "gran@example.com"));
    const subscriptionId = await run(publisher.createInvitation(contactId, { displayName: "Sam" }));
    const state = async (): Promise<unknown[]> =>
      (await run(publisher.listSubscriptions())).map((one) => [one.state, one.isEnabled]);
    assert.deepEqual(await state(), [["invited", false]]);
    simulator.acceptInvitation(subscriptionId);
    assert.deepEqual(await state(), [["active", true]]);
    await run(publisher.pauseSubscription(subscriptionId));
    assert.deepEqual(await state(), [["paused", false]]);
    await run(publisher.pauseSubscription(subscriptionId));
    await run(publisher.resumeSubscription(subscriptionId));
    assert.deepEqual(await state(), [["active", true]]);
    await run(publisher.updatePermissions(subscriptionId, false));
    assert.equal((await run(publisher.listSubscriptions()))[0]?.hasGraphAccess, false);
    await run(publisher.deleteContact(contactId));
    assert.deepEqual(await state(), [["removed", false]]);
  });
});

test("a device sends its description", async () => {
  const { publisher, run, simulator } = setUp();
  const info = {
    deviceManufacturer: "A/B",
    deviceModel: "2",
    deviceOsVersion: "3",
    appVersion: "4",
    appName: "5",
    appNumber: "6",
    deviceOsName: "7",
  };
  await run(publisher.updateRuntimeInfo(info));
  const [request] = simulator.requests.filter(({ operation }) => operation === "UpdatePublisherAccountRuntimeInfo");
  assert.deepEqual(request?.arguments["runtimeInfo"], {
    DeviceManufacturer: "A/B",
    DeviceModel: "2",
    DeviceOsVersion: "3",
    AppVersion: "4",
    AppName: "5",
    AppNumber: "6",
    DeviceOsName: "7",
  });
  assert.deepEqual(request.inQuery, []);
});

test("the service's time is that of its clock", async () => {
  const { publisher, run, clock } = setUp();
  assert.equal((await run(publisher.getSystemTime())).getTime(), clock.now());
});
