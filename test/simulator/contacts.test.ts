import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { APP, type Got, NAME, PASSWORD, START, UUID, ZEROS } from "./raw-client.ts";
import { date, isEmpty, logIn, ready, UNKNOWN } from "./sharing-world.ts";

const DAY = 86_400_000;

const ALERT = (type: number): object => ({
  MinValue: 39,
  MaxValue: 70,
  AlarmDelay: "PT30M",
  AlertType: type,
  IsEnabled: false,
  RealarmDelay: "PT2H",
  Sound: "Low.wav",
});

const INVITATION = {
  AlertSettings: { HighAlert: ALERT(1), LowAlert: ALERT(2), FixedLowAlert: ALERT(3), NoDataAlert: ALERT(4) },
  Permissions: 1,
  DisplayName: "Sam",
};

describe("contacts and invitations", () => {
  test("follow each other, and are listed with their keys in the order of the sample, slashes escaped", async () => {
    const { ask } = await ready();
    const contact = await ask("Publisher/CreateContact", {
      contactName: "Follower",
      emailAddress: "follower@example.com",
    });
    assert.match(contact.json as string, UUID);
    assert.equal((await ask("Publisher/DoesContactExistByName", { contactName: "Follower" })).text, "true");
    assert.equal((await ask("Publisher/DoesContactExistByName", { contactName: "Nobody" })).text, "false");
    const contactId = contact.json as string;
    const made = await ask("Publisher/CreateSubscriptionInvitation", { contactId }, { body: INVITATION });
    assert.match(made.json as string, UUID);
    const wrapped = (ms: number): string => `{"DateTime":"${date(ms)}","OffsetMinutes":0}`;
    assert.equal(
      (await ask("Publisher/ListPublisherAccountSubscriptions")).text,
      `[{"ContactId":"${contactId}","ContactName":"Follower","DateTimeCreated":${wrapped(START)},"DateTimeModified":${wrapped(START)},` +
        `"DisplayName":"Sam","InviteExpires":${wrapped(START + 7 * DAY)},"IsEnabled":false,"IsMonitoringSessionActive":true,` +
        `"Permissions":1,"State":2,"SubscriberId":"${ZEROS}","SubscriptionId":"${made.json as string}"}]`,
    );
    assert.deepEqual(
      (await ask("General/ReadSubscriptionAlerts", { subscriptionId: made.json as string })).json,
      INVITATION.AlertSettings,
    );
  });

  test("have dates in whole milliseconds, on a clock that has moved by less", async () => {
    const { ask, clock, call } = await logIn({ followers: ["Follower"] });
    await clock.advance(0.5);
    const contactId = (await ask("Publisher/CreateContact", { contactName: "Gran", emailAddress: "f@example.com" }))
      .json as string;
    await ask("Publisher/CreateSubscriptionInvitation", { contactId }, { body: INVITATION });
    const listed = await ask("Publisher/ListPublisherAccountSubscriptions");
    const time = await call("General/SystemUtcTime", { method: "GET", headers: { accept: "application/json" } });
    for (const { text } of [listed, time]) {
      assert.match(text, /Date\(\d+\)/);
      assert.doesNotMatch(text, /Date\(\d+\./);
    }
  });

  test("of a name that is taken are refused", async () => {
    const { ask } = await logIn({ followers: ["Follower", "Gran"] });
    const create = await ask("Publisher/CreateContact", { contactName: "Follower", emailAddress: "other@example.com" });
    assert.deepEqual(
      [create.code, create.message],
      ["ContactNameAlreadyExists", "The contact name already exists for this account"],
    );
    const [first] = (await ask("Publisher/ListPublisherAccountSubscriptions")).json as { ContactId: string }[];
    const rename = (contactName: string): Promise<Got> =>
      ask("Publisher/UpdateContactName", { contactId: first!.ContactId, contactName });
    assert.equal((await rename("Gran")).code, "ContactNameAlreadyExists");
    isEmpty(await rename("Follower"));
    isEmpty(await rename("Aunt"));
    assert.equal(
      ((await ask("Publisher/ReadContact", { contactId: first!.ContactId })).json as { Email: string }).Email,
      "follower1@example.com",
    );
  });

  test("expire after seven days, to the millisecond", async () => {
    for (const [after, isOpen] of [
      [7 * DAY - 1, true],
      [7 * DAY, false],
    ] as const) {
      const { ask, clock, simulator, read, authenticate, call } = await logIn();
      const contactId = (
        await ask("Publisher/CreateContact", { contactName: "Follower", emailAddress: "f@example.com" })
      ).json as string;
      const subscriptionId = (await ask("Publisher/CreateSubscriptionInvitation", { contactId }, { body: INVITATION }))
        .json as string;
      simulator.addReading(NAME, { mgDl: 100, datetime: START + after });
      await clock.advance(after);
      const accountId = (await authenticate()).json;
      const session = (
        await call("General/LoginPublisherAccountById", { body: { accountId, password: PASSWORD, applicationId: APP } })
      ).json as string;
      assert.equal(((await read(session)).json as unknown[]).length, isOpen ? 1 : 0);
      if (isOpen) assert.match(simulator.acceptInvitation(subscriptionId).secret, /^[\da-f]{32}$/);
      else
        assert.throws(() => simulator.acceptInvitation(subscriptionId), {
          name: "ArgumentError",
          message: "The invitation has expired",
        });
    }
  });

  test("can be accepted once, and by a follower that there is", async () => {
    const { ask, simulator } = await logIn({ followers: ["Follower"] });
    const { subscriptionId } = simulator.listFollowers(NAME)[0]!;
    for (const id of [subscriptionId, UNKNOWN])
      assert.throws(() => simulator.acceptInvitation(id), /no such open invitation/);
    const contactId = (await ask("Publisher/CreateContact", { contactName: "Gran", emailAddress: "f@example.com" }))
      .json as string;
    const invited = (await ask("Publisher/CreateSubscriptionInvitation", { contactId }, { body: INVITATION }))
      .json as string;
    assert.throws(() => simulator.acceptInvitation(invited, { accountId: UNKNOWN }), /no such follower/);
    assert.equal(simulator.acceptInvitation(invited).name, "Gran");
    assert.deepEqual(
      simulator.listFollowers(NAME).map(({ name }) => name),
      ["Follower", "Gran"],
    );
    assert.throws(() => simulator.listFollowers("nobody"), { name: "ArgumentError" });
  });

  test("are refused if an id is unknown or the state is wrong", async () => {
    const { ask } = await logIn();
    const contactId = (await ask("Publisher/CreateContact", { contactName: "Gran", emailAddress: "f@example.com" }))
      .json as string;
    const subscriptionId = (await ask("Publisher/CreateSubscriptionInvitation", { contactId }, { body: INVITATION }))
      .json as string;
    for (const unknown of [UNKNOWN, ZEROS]) {
      for (const operation of ["ReadContact", "DeleteContact", "UpdateContactName", "CreateSubscriptionInvitation"]) {
        const got = await ask(`Publisher/${operation}`, { contactId: unknown, contactName: "x" }, { body: INVITATION });
        assert.equal(got.code, "InvalidArgument", operation);
      }
      for (const operation of [
        "Publisher/UpdateSubscriptionPermissions",
        "General/ReadSubscriptionAlerts",
        "General/PauseSubscription",
        "General/ResumeSubscription",
      ]) {
        assert.equal(
          (await ask(operation, { subscriptionId: unknown, permissions: "1" })).code,
          "InvalidArgument",
          operation,
        );
      }
    }
    // Nobody has accepted yet.
    assert.equal((await ask("General/PauseSubscription", { subscriptionId })).code, "InvalidArgument");
    assert.equal((await ask("General/ResumeSubscription", { subscriptionId })).code, "InvalidArgument");
    assert.equal(
      (await ask("Publisher/UpdateSubscriptionPermissions", { subscriptionId, permissions: "2" })).code,
      "InvalidArgument",
    );
    isEmpty(await ask("Publisher/UpdateSubscriptionPermissions", { subscriptionId, permissions: "0" }));
  });

  test("are refused without a name, an address, alerts, permissions", async () => {
    const { ask } = await logIn();
    assert.equal((await ask("Publisher/CreateContact", { emailAddress: "f@example.com" })).code, "InvalidArgument");
    assert.equal((await ask("Publisher/CreateContact", { contactName: "Gran" })).code, "InvalidArgument");
    const contactId = (await ask("Publisher/CreateContact", { contactName: "Gran", emailAddress: "f@example.com" }))
      .json as string;
    const { HighAlert, ...rest } = INVITATION.AlertSettings;
    const wrong: object[] = [
      {},
      { ...INVITATION, AlertSettings: rest },
      { ...INVITATION, AlertSettings: { ...rest, HighAlert: { ...HighAlert, AlertType: 2 } } },
      { ...INVITATION, AlertSettings: { ...rest, HighAlert: { ...HighAlert, AlarmDelay: "1 h" } } },
      { ...INVITATION, Permissions: 2 },
      { ...INVITATION, DisplayName: "" },
    ];
    for (const body of wrong) {
      assert.equal(
        (await ask("Publisher/CreateSubscriptionInvitation", { contactId }, { body })).code,
        "InvalidArgument",
        JSON.stringify(body),
      );
    }
    const nothing = await ask("Publisher/UpdatePublisherAccountRuntimeInfo", {}, { body: {} });
    assert.equal(nothing.code, "InvalidArgument");
  });
});
