import { Publisher } from "../../src/publisher/index.ts";
import type { Repetition } from "../../src/wire/operations.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { SESSION_ID } from "../support/answers.ts";
import type { WireService } from "../support/wire-service.ts";
import { NOW, quietClock } from "./quiet-clock.ts";

/** Ids of the protocol's own examples. */
export const CONTACT = "11111111-1111-1111-1111-111111111111";
export const SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";
export const FOLLOWER = "33333333-3333-3333-3333-333333333333";
export const SECRET = "0123456789abcdef0123456789abcdef";
export const SERIAL = "SM00000000";

export interface Clients {
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
}

/** One operation, as the protocol's examples have it. */
export interface Row {
  readonly operation: string;
  readonly section: string;
  /** The request line, with `SESSION` for the session's id. */
  readonly line: string;
  /** The body, character by character but for white space and the order of keys. */
  readonly body?: string;
  readonly call: (clients: Clients) => Promise<unknown>;
  /** As the service answers. */
  readonly answer: string;
  readonly result: unknown;
  /** Other answers that are on record, and what they mean. */
  readonly also?: readonly (readonly [answer: string, result: unknown])[];
  /** How often it may be sent where an answer was lost. */
  readonly repetition: Exclude<Repetition, "login">;
  /** The fault that says that it is done already. */
  readonly done?: readonly [code: string, result: unknown];
}

/** Faults of this side, and the `code` of what they become. */
export const FAULTS: readonly (readonly [serverCode: string, code: string])[] = [
  ["MonitoredReceiverNotAssigned", "RECEIVER_NOT_ASSIGNED"],
  ["MonitoredReceiverSerialNumberDoesNotMatch", "RECEIVER_DOES_NOT_MATCH"],
  ["MonitoringSessionNotActive", "MONITORING_NOT_ACTIVE"],
  ["MonitoringSessionAlreadyActive", "MONITORING_ALREADY_ACTIVE"],
  ["DuplicateEgvPosted", "DUPLICATE_READING"],
  ["ContactNameAlreadyExists", "CONTACT_NAME_TAKEN"],
];

/** PROTOCOL.md, "Invitations" */
export const ALERTS: string =
  '{"HighAlert":{"MinValue":200,"MaxValue":401,"AlarmDelay":"PT1H","AlertType":1,"IsEnabled":false,"RealarmDelay":"PT2H","Sound":"High.wav"},"LowAlert":{"MinValue":39,"MaxValue":70,"AlarmDelay":"PT30M","AlertType":2,"IsEnabled":false,"RealarmDelay":"PT2H","Sound":"Low.wav"},"FixedLowAlert":{"MinValue":39,"MaxValue":55,"AlarmDelay":"PT0M","AlertType":3,"IsEnabled":true,"RealarmDelay":"PT30M","Sound":"UrgentLow.wav"},"NoDataAlert":{"MinValue":39,"MaxValue":401,"AlarmDelay":"PT1H","AlertType":4,"IsEnabled":false,"RealarmDelay":"PT0M","Sound":"NoData.wav"}}';

const ALERTS_READ = {
  high: { mgDl: 200, isEnabled: false, delayMinutes: 60, repeatMinutes: 120, sound: "High.wav" },
  low: { mgDl: 70, isEnabled: false, delayMinutes: 30, repeatMinutes: 120, sound: "Low.wav" },
  urgentLow: { mgDl: 55, isEnabled: true, delayMinutes: 0, repeatMinutes: 30, sound: "UrgentLow.wav" },
  noData: { isEnabled: false, delayMinutes: 60, repeatMinutes: 0, sound: "NoData.wav" },
};

/** PROTOCOL.md, "Subscriptions" */
export const LISTED: string = String.raw`{"ContactId":"11111111-1111-1111-1111-111111111111","ContactName":"Follower","DateTimeCreated":{"DateTime":"\/Date(1437101121008)\/","OffsetMinutes":0},"DateTimeModified":{"DateTime":"\/Date(1437101121008)\/","OffsetMinutes":0},"DisplayName":"Sharer","InviteExpires":{"DateTime":"\/Date(1437705921008)\/","OffsetMinutes":0},"IsEnabled":false,"IsMonitoringSessionActive":true,"Permissions":1,"State":2,"SubscriberId":"00000000-0000-0000-0000-000000000000","SubscriptionId":"22222222-2222-2222-2222-222222222222"}`;

const LISTED_READ = {
  subscriptionId: SUBSCRIPTION,
  contactId: CONTACT,
  contactName: "Follower",
  subscriberId: undefined,
  invitationId: undefined,
  displayName: "Sharer",
  state: "invited",
  hasGraphAccess: true,
  isEnabled: false,
  isMonitoringActive: true,
  createdAt: new Date(1437101121008),
  modifiedAt: new Date(1437101121008),
  inviteExpiresAt: new Date(1437705921008),
  json: JSON.parse(LISTED) as unknown,
};

/** PROTOCOL.md, "Glucose values", of 2015 */
const RECORD = String.raw`{"DT":"\/Date(1426780716000-0700)\/","ST":"\/Date(1426784306000)\/","Trend":4,"Value":99,"WT":"\/Date(1426769941000)\/"}`;

const figures = (readings: readonly { mgDl: number; datetime: Date; trendDirection: string }[]): unknown =>
  readings.map(({ mgDl, datetime, trendDirection }) => [mgDl, datetime.getTime(), trendDirection]);
const RECORD_READ = [99, 1426769941000, "Flat"];

const POSTED = [{ mgDl: 97, datetime: new Date(1426768741000), outcome: "accepted" }];

export const ROWS: readonly Row[] = [
  {
    operation: "SystemUtcTime",
    section: "3.5",
    line: "GET General/SystemUtcTime",
    call: ({ publisher }) => publisher.getSystemTime(),
    answer: String.raw`{"DateTime":"\/Date(1426767421178)\/","OffsetMinutes":0}`,
    result: new Date(1426767421178),
    also: [
      ['{"DateTime":"Date(1426767421178)","OffsetMinutes":0}', new Date(1426767421178)],
      [
        '<DateTimeOffset xmlns="http://schemas.datacontract.org/2004/07/System"><DateTime>2015-03-19T12:17:01.1781234Z</DateTime></DateTimeOffset>',
        new Date(1426767421178),
      ],
      ['<?xml version="1.0"?>\n<a><DateTime>2015-03-19T12:17:01Z</DateTime></a>', new Date(1426767421000)],
    ],
    repetition: "read",
  },
  {
    operation: "CheckMonitoredReceiverAssignmentStatus",
    section: "5.1",
    line: `POST Publisher/CheckMonitoredReceiverAssignmentStatus?sessionId=SESSION&serialNumber=${SERIAL}`,
    call: ({ publisher }) => publisher.getReceiverAssignment(SERIAL),
    answer: '"AssignedToYou"',
    result: "AssignedToYou",
    also: [
      ["AssignedToYou", "AssignedToYou"],
      ['"NotAssigned"', "NotAssigned"],
      [" NotAssigned\n", "NotAssigned"],
    ],
    repetition: "read",
  },
  {
    operation: "ReplacePublisherAccountMonitoredReceiver",
    section: "5.2",
    line: `POST Publisher/ReplacePublisherAccountMonitoredReceiver?sessionId=SESSION&serialNumber=${SERIAL}`,
    call: ({ publisher }) => publisher.replaceReceiver(SERIAL),
    answer: "",
    result: undefined,
    also: [
      ["{}", undefined],
      ["null", undefined],
      ['""', undefined],
      ["true", undefined],
    ],
    repetition: "repeatable",
  },
  {
    operation: "IsRemoteMonitoringSessionActive",
    section: "5.3",
    line: "POST Publisher/IsRemoteMonitoringSessionActive?sessionId=SESSION",
    call: ({ publisher }) => publisher.isMonitoringActive(),
    answer: "true",
    result: true,
    also: [["false", false]],
    repetition: "read",
  },
  {
    operation: "StartRemoteMonitoringSession",
    section: "5.4",
    line: `POST Publisher/StartRemoteMonitoringSession?sessionId=SESSION&serialNumber=${SERIAL}`,
    call: ({ publisher }) => publisher.startMonitoring(SERIAL),
    answer: "",
    result: undefined,
    repetition: "repeatable",
    done: ["MonitoringSessionAlreadyActive", undefined],
  },
  {
    operation: "StopRemoteMonitoringSession",
    section: "5.5",
    line: "POST Publisher/StopRemoteMonitoringSession?sessionId=SESSION",
    call: ({ publisher }) => publisher.stopMonitoring(),
    answer: "",
    result: undefined,
    repetition: "repeatable",
    done: ["MonitoringSessionNotActive", undefined],
  },
  {
    operation: "UpdatePublisherAccountRuntimeInfo",
    section: "5.6",
    line: "POST Publisher/UpdatePublisherAccountRuntimeInfo",
    body: '{"sessionId":"SESSION","runtimeInfo":{"DeviceManufacturer":"Apple","DeviceModel":"iPhone5,2","DeviceOsVersion":"7.0.2","AppVersion":"3.0.2.11","AppName":"DexcomShare","AppNumber":"SW10569","DeviceOsName":"iPhone OS"}}',
    call: ({ publisher }) =>
      publisher.updateRuntimeInfo({
        deviceManufacturer: "Apple",
        deviceModel: "iPhone5,2",
        deviceOsVersion: "7.0.2",
        appVersion: "3.0.2.11",
        appName: "DexcomShare",
        appNumber: "SW10569",
        deviceOsName: "iPhone OS",
      }),
    answer: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "PostReceiverEgvRecords",
    section: "5.7",
    line: "POST Publisher/PostReceiverEgvRecords?sessionId=SESSION",
    body: String.raw`{"SN":"SM00000000","Egvs":[{"Trend":4,"ST":"\/Date(1426783106000)\/","DT":"\/Date(1426754317000)\/","Value":97}],"TA":-14365}`,
    // TA is added to ST: the moment is 1426783106 - 14365.
    call: ({ publisher }) =>
      publisher.postReadings(SERIAL, [{ mgDl: 97, trend: 4, datetime: 1426768741000, displayTime: 1426754317000 }], {
        receiverAheadSeconds: 14365,
      }),
    answer: "",
    result: POSTED,
    repetition: "repeatable",
    done: ["DuplicateEgvPosted", POSTED.map((posted) => ({ ...posted, outcome: "duplicate" }))],
  },
  {
    operation: "DoesContactExistByName",
    section: "6.1",
    line: "POST Publisher/DoesContactExistByName?sessionId=SESSION&contactName=Aunt+%26+Uncle",
    call: ({ publisher }) => publisher.hasContact("Aunt & Uncle"),
    answer: "true",
    result: true,
    also: [["false", false]],
    repetition: "read",
  },
  {
    operation: "CreateContact",
    section: "6.2",
    line: "POST Publisher/CreateContact?sessionId=SESSION&contactName=Follower&emailAddress=follower%2Btag%40example.com",
    call: ({ publisher }) => publisher.createContact("Follower", "follower+tag@example.com"),
    answer: `"${CONTACT}"`,
    result: CONTACT,
    repetition: "once",
  },
  {
    operation: "ReadContact",
    section: "6.6",
    line: `POST Publisher/ReadContact?sessionId=SESSION&contactId=${CONTACT}`,
    call: ({ publisher }) => publisher.getContact(CONTACT),
    answer: `{"ContactId":"${CONTACT}","Email":"follower@example.com","Other":1}`,
    result: {
      contactId: CONTACT,
      emailAddress: "follower@example.com",
      json: { ContactId: CONTACT, Email: "follower@example.com", Other: 1 },
    },
    repetition: "read",
  },
  {
    operation: "UpdateContactName",
    section: "6.6",
    line: `POST Publisher/UpdateContactName?sessionId=SESSION&contactId=${CONTACT}&contactName=Gran`,
    call: ({ publisher }) => publisher.renameContact(CONTACT, "Gran"),
    answer: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "DeleteContact",
    section: "6.5",
    line: `POST Publisher/DeleteContact?sessionId=SESSION&contactId=${CONTACT}`,
    call: ({ publisher }) => publisher.deleteContact(CONTACT),
    answer: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "CreateSubscriptionInvitation",
    section: "6.3",
    line: `POST Publisher/CreateSubscriptionInvitation?sessionId=SESSION&contactId=${CONTACT}`,
    body: `{"AlertSettings":${ALERTS},"Permissions":1,"DisplayName":"Sharer display name"}`,
    call: ({ publisher }) => publisher.createInvitation(CONTACT, { displayName: "Sharer display name" }),
    answer: `"${SUBSCRIPTION}"`,
    result: SUBSCRIPTION,
    repetition: "once",
  },
  {
    operation: "ListPublisherAccountSubscriptions",
    section: "6.4",
    line: "POST Publisher/ListPublisherAccountSubscriptions?sessionId=SESSION",
    call: ({ publisher }) => publisher.listSubscriptions(),
    answer: `[${LISTED}]`,
    result: [LISTED_READ],
    also: [["[]", []]],
    repetition: "read",
  },
  {
    operation: "UpdateSubscriptionPermissions",
    section: "6.6",
    line: `POST Publisher/UpdateSubscriptionPermissions?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}&permissions=0`,
    call: ({ publisher }) => publisher.updatePermissions(SUBSCRIPTION, false),
    answer: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "ReadSubscriptionAlerts",
    section: "6.6",
    line: `POST General/ReadSubscriptionAlerts?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}`,
    call: ({ publisher }) => publisher.getAlerts(SUBSCRIPTION),
    answer: ALERTS,
    result: ALERTS_READ,
    // The threshold where one client left it: MinValue stays, MaxValue is what was chosen.
    also: [
      [
        ALERTS.replace('"MinValue":200,"MaxValue":401', '"MinValue":200,"MaxValue":260'),
        { ...ALERTS_READ, high: { ...ALERTS_READ.high, mgDl: 260 } },
      ],
    ],
    repetition: "read",
  },
  {
    operation: "PauseSubscription",
    section: "6.6",
    line: `POST General/PauseSubscription?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}`,
    call: ({ publisher }) => publisher.pauseSubscription(SUBSCRIPTION),
    answer: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "ResumeSubscription",
    section: "6.6",
    line: `POST General/ResumeSubscription?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}`,
    call: ({ publisher }) => publisher.resumeSubscription(SUBSCRIPTION),
    answer: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "ListSubscriberAccountSubscriptions",
    section: "7.2",
    line: "POST Subscriber/ListSubscriberAccountSubscriptions?sessionId=SESSION",
    call: async ({ subscriber }) =>
      (await subscriber.listSubscriptions()).map(({ json, ...rest }) => (void json, rest)),
    answer: `[${LISTED.replace("{", `{"InvitationId":"${CONTACT}",`).replace('"Follower"', "null").replace('"State":2', '"State":6')}]`,
    result: [
      (({ json, ...rest }) => (void json, { ...rest, invitationId: CONTACT, contactName: undefined, state: "active" }))(
        LISTED_READ,
      ),
    ],
    also: [["[]", []]],
    repetition: "read",
  },
  {
    operation: "ReadSubscriptionLatestGlucoseValues",
    section: "7.3",
    line: `POST Subscriber/ReadSubscriptionLatestGlucoseValues?sessionId=SESSION&subscriptionId=${SUBSCRIPTION}&minutes=60&maxCount=2`,
    call: async ({ subscriber }) => figures(await subscriber.getGlucoseReadings(SUBSCRIPTION, 60, 2)),
    answer: `[${RECORD}]`,
    result: [RECORD_READ],
    also: [["[]", []]],
    repetition: "read",
  },
  {
    operation: "ReadLastGlucoseFromSubscriptions",
    section: "7.4",
    line: "POST Subscriber/ReadLastGlucoseFromSubscriptions?sessionId=SESSION",
    body: `["${SUBSCRIPTION}"]`,
    call: async ({ subscriber }) => {
      const [latest] = await subscriber.getLatestGlucoseReadings([SUBSCRIPTION]);
      return latest?.reading && [latest.subscriptionId, figures([latest.reading])];
    },
    answer: `[{"Egv":${RECORD},"Unknown":1}]`,
    result: [SUBSCRIPTION, [RECORD_READ]],
    also: [
      ['[{"Egv":null}]', undefined],
      ["[]", undefined],
    ],
    repetition: "read",
  },
];

/** The row's request line, or its body, with the session's id in place. */
export function withSession(text: string, sessionId: string = SESSION_ID): string {
  return text.replaceAll("SESSION", sessionId);
}

/** Clients of `service`, on a clock that waits for nobody. */
export function clientsOf(service: Pick<WireService, "fetch">, more: object = {}): Clients {
  const common = { fetch: service.fetch, clock: quietClock(), ...more };
  return {
    publisher: new Publisher({ username: "someone@example.com", password: "correct horse battery", ...common }),
    subscriber: new Subscriber({ accountId: FOLLOWER, secret: SECRET, ...common }),
  };
}

export { NOW };
