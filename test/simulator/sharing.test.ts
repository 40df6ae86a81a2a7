import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { APP, type Ask, type Got, NAME, PASSWORD, setUp, START, UUID, ZEROS } from "./raw-client.ts";

const SERIAL = "SM00000000";
const UNKNOWN = "12121212-1212-1212-1212-121212121212";
const DAY = 86_400_000;
const date = (ms: number): string => String.raw`\/Date(${ms})\/`;
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

type World = ReturnType<typeof setUp> & {
  sessionId: string;
  /** Asks with the session, the arguments in the query. */
  ask(operation: string, query?: Record<string, string>, more?: Ask): Promise<Got>;
  post(...records: Record<string, unknown>[]): Promise<Got>;
};

async function logIn(options: Partial<ShareSimulatorOptions> & { followers?: string[] } = {}): Promise<World> {
  const { followers = [], ...rest } = options;
  const world = setUp({ accounts: [{ username: NAME, password: PASSWORD, readings: [], followers }], ...rest });
  const got = await world.authenticate();
  const { json } = await world.call("General/LoginPublisherAccountById", {
    body: { accountId: got.json, password: PASSWORD, applicationId: APP },
  });
  const sessionId = json as string;
  const ask: World["ask"] = (operation, query = {}, more = {}) =>
    world.call(operation, { query: `?${new URLSearchParams({ sessionId, ...query }).toString()}`, ...more });
  const upload = (records: readonly Record<string, unknown>[]): string =>
    `{"SN":"${SERIAL}","Egvs":[${records
      .map(
        ({ ST = START, DT = ST, Value = 97, Trend = 4 }) =>
          `{"Trend":${JSON.stringify(Trend)},"ST":"${date(ST as number)}","DT":"${date(DT as number)}","Value":${JSON.stringify(Value)}}`,
      )
      .join()}],"TA":0}`;
  return {
    ...world,
    sessionId,
    ask,
    post: (...records) => ask("Publisher/PostReceiverEgvRecords", {}, { body: upload(records) }),
  };
}

/** The same, ready to upload. */
async function ready(options?: Parameters<typeof logIn>[0]): Promise<World> {
  const world = await logIn(options);
  await world.ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: SERIAL });
  await world.ask("Publisher/StartRemoteMonitoringSession", { serialNumber: SERIAL });
  return world;
}

const isEmpty = ({ status, text, headers }: Got): void => {
  assert.deepEqual([status, text, headers.get("content-length")], [200, "", "0"]);
};

describe("receivers and the monitoring session", () => {
  test("go from none to assigned, active and stopped, in the words of the record", async () => {
    const { ask } = await logIn();
    const assignment = async (serialNumber = SERIAL): Promise<string> =>
      (await ask("Publisher/CheckMonitoredReceiverAssignmentStatus", { serialNumber })).text;
    const active = async (): Promise<string> => (await ask("Publisher/IsRemoteMonitoringSessionActive")).text;
    assert.deepEqual([await assignment(), await active()], ['"NotAssigned"', "false"]);
    isEmpty(await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: SERIAL }));
    assert.deepEqual([await assignment(), await assignment("SM11111111")], ['"AssignedToYou"', '"NotAssigned"']);
    // The public list of operations writes the query with a slash at its end.
    assert.deepEqual(
      [await assignment(`${SERIAL}/`), await assignment("SM11111111/"), await assignment("/")].map((text) =>
        text.slice(0, 28),
      ),
      ['"AssignedToYou"', '"NotAssigned"', '{"Code":"InvalidArgument","M'],
    );
    isEmpty(await ask("Publisher/StartRemoteMonitoringSession", { serialNumber: SERIAL }));
    assert.equal(await active(), "true");
    isEmpty(await ask("Publisher/StopRemoteMonitoringSession"));
    assert.equal(await active(), "false");
    // Any serial number takes the place of the other.
    isEmpty(await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: "8GABCD" }));
    assert.deepEqual([await assignment(), await assignment("8GABCD")], ['"NotAssigned"', '"AssignedToYou"']);
  });

  test("are refused in the wrong order", async () => {
    const { ask, post } = await logIn();
    const start = (serialNumber = SERIAL): Promise<Got> =>
      ask("Publisher/StartRemoteMonitoringSession", { serialNumber });
    assert.equal((await post({})).code, "MonitoredReceiverNotAssigned");
    assert.equal((await post({})).message, "Publisher account does not have a valid monitored receiver.");
    assert.equal((await start()).code, "MonitoredReceiverNotAssigned");
    assert.equal((await ask("Publisher/StopRemoteMonitoringSession")).code, "MonitoringSessionNotActive");
    await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: SERIAL });
    const again = await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: SERIAL });
    assert.deepEqual([again.status, again.code === undefined], [500, false]);
    assert.equal((await post({})).code, "MonitoringSessionNotActive");
    assert.equal((await start("SM11111111")).code, "MonitoredReceiverSerialNumberDoesNotMatch");
    isEmpty(await start());
    const twice = await start();
    assert.deepEqual(
      [twice.code, twice.message],
      ["MonitoringSessionAlreadyActive", "Publisher account already has an active monitoring session"],
    );
    isEmpty(await post({}));
    await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: "SM11111111" });
    assert.equal((await post({})).code, "MonitoredReceiverSerialNumberDoesNotMatch");
  });

  test("have serial numbers of letters and digits", async () => {
    const { ask } = await logIn();
    for (const serialNumber of ["", "SM", "SM 0000000", "SM-00000000", "S".repeat(17)]) {
      for (const operation of [
        "CheckMonitoredReceiverAssignmentStatus",
        "ReplacePublisherAccountMonitoredReceiver",
        "StartRemoteMonitoringSession",
      ]) {
        assert.equal(
          (await ask(`Publisher/${operation}`, { serialNumber })).code,
          "InvalidArgument",
          `${operation} ${serialNumber}`,
        );
      }
    }
  });

  test("need a session of the publisher's", async () => {
    const { call, simulator, ask } = await logIn({ followers: ["Follower"] });
    const { accountId, secret } = simulator.listFollowers(NAME)[0]!;
    const follower = (
      await call("General/LoginSubscriberAccount", { body: { accountId, password: secret, applicationId: APP } })
    ).json as string;
    const active = "Publisher/IsRemoteMonitoringSessionActive";
    assert.equal((await ask(active, { sessionId: follower })).code, "SessionIdNotFound");
    assert.equal((await ask(active, { sessionId: UNKNOWN })).code, "SessionIdNotFound");
    assert.equal((await ask(active, { sessionId: "1" })).status, 400);
    simulator.expireSessions();
    assert.equal((await ask(active)).code, "SessionNotValid");
  });
});

describe("uploads", () => {
  test("come back from reads: ST + TA is the moment, DT shows the wearer's offset", async () => {
    const { ask, read, sessionId } = await ready({ followers: ["Follower"] });
    const wt = START - 60_000;
    // As in the sample of 2015: the receiver is four hours ahead, and its display a little off.
    const body = `{"SN":"${SERIAL}","Egvs":[{"Trend":4,"ST":"${date(wt + 14_365_000)}","DT":"${date(wt - 14_424_000)}","Value":97}],"TA":-14365}`;
    isEmpty(await ask("Publisher/PostReceiverEgvRecords", {}, { body }));
    assert.deepEqual((await read(sessionId)).json, [
      { WT: `Date(${wt})`, ST: `Date(${wt})`, DT: `Date(${wt}-0400)`, Value: 97, Trend: "Flat" },
    ]);
  });

  test("come back in the form of 2015 with the receiver's own clocks, as in the two samples of that time", async () => {
    // The upload of PROTOCOL.md, "Post readings" and the read of "Glucose values", some 20 minutes apart: what lies
    // between their clocks is the same.
    const { ask, read, sessionId } = await ready({ followers: ["Follower"], readingForm: "2015" });
    const later = START - 60_000 - 1426769941000;
    const [system, display, read2015] = [1426784306000, 1426755516000, 1426780716000].map((ms) => ms + later) as [
      number,
      number,
      number,
    ];
    const body = `{"SN":"${SERIAL}","Egvs":[{"Trend":4,"ST":"${date(system)}","DT":"${date(display)}","Value":99}],"TA":-14365}`;
    isEmpty(await ask("Publisher/PostReceiverEgvRecords", {}, { body }));
    const dt = String.raw`\/Date(${read2015}-0700)\/`;
    assert.equal(
      (await read(sessionId)).text,
      `[{"DT":"${dt}","ST":"${date(system)}","Trend":4,"Value":99,"WT":"${date(START - 60_000)}"}]`,
    );
  });

  test("of one moment as both clocks have the account's offset", async () => {
    const { post, read, sessionId } = await ready({ followers: ["Follower"] });
    isEmpty(await post({ ST: START - 1000, Trend: 8 }));
    assert.deepEqual((await read(sessionId)).json, [
      {
        WT: `Date(${START - 1000})`,
        ST: `Date(${START - 1000})`,
        DT: `Date(${START - 1000}-0400)`,
        Value: 97,
        Trend: "NotComputable",
      },
    ]);
  });

  test("of a moment that is there are refused with all that comes along, or without", async () => {
    for (const [duplicatePosts, kept] of [
      ["refuse-all", 1],
      ["keep-new", 2],
      [undefined, 1],
    ] as const) {
      const { post, read, sessionId } = await ready({ followers: ["Follower"], duplicatePosts });
      isEmpty(await post({ ST: START - 1000 }));
      const got = await post({ ST: START - 1000, Value: 98 }, { ST: START - 2000 });
      assert.deepEqual([got.status, got.code], [500, "DuplicateEgvPosted"]);
      assert.equal(((await read(sessionId)).json as unknown[]).length, kept);
    }
  });

  test("are refused where a field is not as uploaders write it", async () => {
    const { post, ask } = await ready();
    for (const record of [
      { Value: "97" },
      { Value: -1 },
      { Value: 1.5 },
      { Value: null },
      { Trend: "Flat" },
      { Trend: 10 },
      { Trend: null },
    ]) {
      assert.equal((await post(record)).code, "InvalidArgument", JSON.stringify(record));
    }
    const whole = { SN: SERIAL, Egvs: [{ Trend: 4, ST: "/Date(1)/", DT: "/Date(1)/", Value: 97 }], TA: 0 };
    const wrong: object[] = [
      { ...whole, SN: undefined },
      { ...whole, TA: "0" },
      { ...whole, TA: 0.5 },
      { ...whole, Egvs: {} },
      { ...whole, Egvs: [null] },
      { ...whole, Egvs: [{ ...whole.Egvs[0], ST: "Date(1)" }] },
      { ...whole, Egvs: [{ ...whole.Egvs[0], DT: "/Date(1-0400)/" }] },
      { ...whole, Egvs: [{ ...whole.Egvs[0], DT: undefined }] },
    ];
    for (const body of wrong) {
      assert.equal(
        (await ask("Publisher/PostReceiverEgvRecords", {}, { body })).code,
        "InvalidArgument",
        JSON.stringify(body),
      );
    }
    isEmpty(await ask("Publisher/PostReceiverEgvRecords", {}, { body: whole }));
  });
});

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

  test("lapse after seven days, to the millisecond", async () => {
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

  test("are refused where an id names nothing, or the state is the wrong one", async () => {
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

describe("the follower's side", () => {
  async function follow(options: Parameters<typeof logIn>[0] = {}): Promise<
    World & {
      asFollower(operation: string, query?: Record<string, string>, more?: Ask): Promise<Got>;
      subscriptionId: string;
    }
  > {
    const world = await logIn({ followers: ["Follower"], ...options });
    const { accountId, secret, subscriptionId } = world.simulator.listFollowers(NAME)[0]!;
    const { json } = await world.call("General/LoginSubscriberAccount", {
      body: { accountId, password: secret, applicationId: APP },
    });
    return {
      ...world,
      subscriptionId,
      asFollower: (operation, query, more) => world.ask(operation, { ...query, sessionId: json as string }, more),
    };
  }

  test("logs in with a secret of 32 hexadecimal digits, and with nothing else", async () => {
    const { simulator, call } = await logIn({ followers: ["Follower"], lockOutAfter: 3 });
    const { accountId, secret } = simulator.listFollowers(NAME)[0]!;
    assert.match(secret, /^[\da-f]{32}$/);
    const login = (password: string, more: object = {}): Promise<Got> =>
      call("General/LoginSubscriberAccount", { body: { accountId, password, applicationId: APP, ...more } });
    assert.match((await login(secret)).json as string, UUID);
    assert.equal((await login(PASSWORD)).code, "AccountPasswordInvalid");
    assert.equal((await login(secret, { accountId: UNKNOWN })).code, "AccountPasswordInvalid");
    assert.equal((await login(secret, { applicationId: UNKNOWN })).code, "AccountPasswordInvalid");
    assert.equal(
      (
        await call("General/LoginSubscriberAccount", {
          origin: "https://shareous1.dexcom.com",
          body: { accountId, password: secret, applicationId: APP },
        })
      ).code,
      "AccountPasswordInvalid",
    );
    assert.equal((await login(PASSWORD)).code, "AccountPasswordInvalid");
    assert.equal((await login(secret)).code, "SSO_AuthenticateMaxAttemptsExceeed");
    assert.ok(simulator.requests.every((request) => !JSON.stringify(request).includes(secret)));
  });

  test("lists what is shared, with the invitation's id", async () => {
    const { asFollower } = await follow();
    const [one] = (await asFollower("Subscriber/ListSubscriberAccountSubscriptions")).json as Record<string, unknown>[];
    assert.match(one?.["InvitationId"] as string, UUID);
    assert.equal(one?.["State"], 6);
  });

  test("reads the wearer's readings, in the form that the simulator has", async () => {
    for (const [readingForm, trend] of [
      ["2021", "Flat"],
      ["2015", 4],
    ] as const) {
      const { asFollower, subscriptionId, simulator } = await follow({ readingForm });
      simulator.addReading(NAME, { mgDl: 100, datetime: START - 1000 });
      const read = await asFollower("Subscriber/ReadSubscriptionLatestGlucoseValues", {
        subscriptionId,
        minutes: "1440",
        maxCount: "5",
      });
      const [record] = read.json as Record<string, unknown>[];
      assert.deepEqual([record?.["Value"], record?.["Trend"]], [100, trend]);
      const latest = await asFollower(
        "Subscriber/ReadLastGlucoseFromSubscriptions",
        {},
        { body: JSON.stringify([subscriptionId.toUpperCase()]) },
      );
      assert.deepEqual(latest.json, [{ Egv: record }]);
      if (readingForm === "2015") assert.match(latest.text, /\\\/Date\(/);
    }
  });

  test("sees nobody else's subscriptions", async () => {
    const { asFollower } = await follow();
    const one = await asFollower("Subscriber/ReadSubscriptionLatestGlucoseValues", {
      subscriptionId: UNKNOWN,
      minutes: "1440",
      maxCount: "5",
    });
    assert.equal(one.code, "InvalidArgument");
    for (const body of [JSON.stringify([UNKNOWN]), "[5]", "{}", ""]) {
      assert.equal(
        (await asFollower("Subscriber/ReadLastGlucoseFromSubscriptions", {}, { body })).code,
        "InvalidArgument",
        body,
      );
    }
  });

  test("needs a follower's session", async () => {
    const { ask } = await follow();
    assert.equal((await ask("Subscriber/ListSubscriberAccountSubscriptions")).code, "SessionIdNotFound");
    assert.equal(
      (await ask("Subscriber/ListSubscriberAccountSubscriptions", { sessionId: ZEROS })).code,
      "SessionIdNotFound",
    );
  });
});
