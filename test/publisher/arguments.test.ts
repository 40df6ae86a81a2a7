import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArgumentError } from "../../src/index.ts";
import { shown } from "../support/shown.ts";
import { wireService } from "../support/wire-service.ts";
import { CONTACT, SERIAL, SUBSCRIPTION } from "./examples.ts";
import type { Clients } from "./row.ts";
import { clientsOf } from "./table.ts";

const ZEROS = "00000000-0000-0000-0000-000000000000";
const NO_IDS: readonly unknown[] = ["", "1", ZEROS, null, undefined, 5, `${CONTACT}0`];
const NO_TEXTS: readonly unknown[] = ["", "  ", null, undefined, 5];
const NO_SERIALS: readonly unknown[] = ["", "SM000", "SM-00000000", "SM00000000 ", "S".repeat(17), null, 12345678];
const NO_EMAILS: readonly unknown[] = ["", "someone", "@example.com", "a b@example.com", "a@b@c", null];
const NO_BOOLEANS: readonly unknown[] = [0, "true", null, undefined];

const INFO = {
  deviceManufacturer: "Apple",
  deviceModel: "iPhone5,2",
  deviceOsVersion: "7.0.2",
  appVersion: "3.0.2.11",
  appName: "DexcomShare",
  appNumber: "SW10569",
  deviceOsName: "iPhone OS",
};

type Bad = readonly [
  what: string,
  name: string,
  values: readonly unknown[],
  call: (clients: Clients, value: any) => Promise<unknown>,
];

const reading = (more: object): object => ({ mgDl: 100, datetime: Date.UTC(2026, 0, 1), ...more });

const post = ({ publisher }: Clients, more: object): Promise<unknown> =>
  publisher.postReadings(SERIAL, [reading(more)] as never);

const invite = ({ publisher }: Clients, invitation: unknown): Promise<unknown> =>
  publisher.createInvitation(CONTACT, invitation as never);

const alerts = (clients: Clients, given: unknown): Promise<unknown> =>
  invite(clients, { displayName: "Sam", alerts: given });

const BAD: readonly Bad[] = [
  [
    "getReceiverAssignment",
    "serialNumber",
    NO_SERIALS,
    ({ publisher }, value) => publisher.getReceiverAssignment(value),
  ],
  ["replaceReceiver", "serialNumber", NO_SERIALS, ({ publisher }, value) => publisher.replaceReceiver(value)],
  ["startMonitoring", "serialNumber", NO_SERIALS, ({ publisher }, value) => publisher.startMonitoring(value)],
  [
    "postReadings",
    "serialNumber",
    NO_SERIALS,
    ({ publisher }, value) => publisher.postReadings(value, [reading({})] as never),
  ],
  [
    "postReadings",
    "readings",
    [[], null, undefined, {}, "x"],
    ({ publisher }, value) => publisher.postReadings(SERIAL, value),
  ],
  ["postReadings", "readings[0]", [null, 5], ({ publisher }, value) => publisher.postReadings(SERIAL, [value])],
  [
    "postReadings",
    "readings[0].mgDl",
    [38, 402, 0, 100.5, "100", null, NaN],
    (clients, mgDl) => post(clients, { mgDl }),
  ],
  ["postReadings", "readings[0].trend", ["toString", 10, -1, "up"], (clients, trend) => post(clients, { trend })],
  [
    "postReadings",
    "readings[0].datetime",
    ["2026-01-01", null, undefined, NaN, new Date(NaN), 1.5, 1767225600],
    (clients, datetime) => post(clients, { datetime }),
  ],
  [
    "postReadings",
    "readings[0].displayTime",
    ["now", null, new Date(NaN)],
    (clients, displayTime) => post(clients, { displayTime }),
  ],
  [
    "postReadings",
    "confirm",
    [1, "yes", null],
    ({ publisher }, confirm) => publisher.postReadings(SERIAL, [reading({})] as never, { confirm }),
  ],
  [
    "postReadings",
    "replaceReceiver",
    [1, null],
    ({ publisher }, replaceReceiver) => publisher.postReadings(SERIAL, [reading({})] as never, { replaceReceiver }),
  ],
  [
    "postReadings",
    "receiverAheadSeconds",
    [1.5, "5", NaN, 1e9],
    ({ publisher }, value) => publisher.postReadings(SERIAL, [reading({})] as never, { receiverAheadSeconds: value }),
  ],
  ["updateRuntimeInfo", "info", [null, 5], ({ publisher }, value) => publisher.updateRuntimeInfo(value)],
  [
    "updateRuntimeInfo",
    "info.appName",
    NO_TEXTS,
    ({ publisher }, appName) => publisher.updateRuntimeInfo({ ...INFO, appName }),
  ],
  ["hasContact", "contactName", NO_TEXTS, ({ publisher }, value) => publisher.hasContact(value)],
  ["createContact", "contactName", NO_TEXTS, ({ publisher }, value) => publisher.createContact(value, "a@example.com")],
  ["createContact", "emailAddress", NO_EMAILS, ({ publisher }, value) => publisher.createContact("Follower", value)],
  ["readContact", "contactId", NO_IDS, ({ publisher }, value) => publisher.getContact(value)],
  ["renameContact", "contactId", NO_IDS, ({ publisher }, value) => publisher.renameContact(value, "Gran")],
  ["renameContact", "contactName", NO_TEXTS, ({ publisher }, value) => publisher.renameContact(CONTACT, value)],
  ["deleteContact", "contactId", NO_IDS, ({ publisher }, value) => publisher.deleteContact(value)],
  [
    "createInvitation",
    "contactId",
    NO_IDS,
    ({ publisher }, value) => publisher.createInvitation(value, { displayName: "Sam" }),
  ],
  ["createInvitation", "invitation", [null, undefined, 5], invite],
  ["createInvitation", "displayName", NO_TEXTS, (clients, displayName) => invite(clients, { displayName })],
  [
    "createInvitation",
    "hasGraphAccess",
    [1, "yes", null],
    (clients, hasGraphAccess) => invite(clients, { displayName: "Sam", hasGraphAccess }),
  ],
  ["createInvitation", "alerts", [5, null], alerts],
  ["createInvitation", "alerts has no hihg; did you mean high?", [{ hihg: {} }], alerts],
  ["createInvitation", "alerts.low has no mgdl; did you mean mgDl?", [{ low: { mgdl: 60 } }], alerts],
  [
    "createInvitation",
    "invitation has no alert; did you mean alerts?",
    [{ displayName: "Sam", alert: {} }],
    (clients, given) => invite(clients, given),
  ],
  [
    "postReadings",
    "options has no confrim; did you mean confirm?",
    [{ confrim: true }],
    ({ publisher }, given) => publisher.postReadings(SERIAL, [reading({})] as never, given),
  ],
  ["createInvitation", "alerts.high", [{ high: 5 }, { high: null }], alerts],
  ["createInvitation", "alerts.high.mgDl", [39, 401, 120.5, "200", NaN].map((mgDl) => ({ high: { mgDl } })), alerts],
  ["createInvitation", "alerts.low.isEnabled", [1, "yes"].map((isEnabled) => ({ low: { isEnabled } })), alerts],
  [
    "createInvitation",
    "alerts.noData.delayMinutes",
    [-1, 1.5, 1441, "60"].map((delayMinutes) => ({ noData: { delayMinutes } })),
    alerts,
  ],
  [
    "createInvitation",
    "alerts.high.repeatMinutes",
    [-1, NaN].map((repeatMinutes) => ({ high: { repeatMinutes } })),
    alerts,
  ],
  ["createInvitation", "alerts.urgentLow.sound", ["", 5].map((sound) => ({ urgentLow: { sound } })), alerts],
  [
    "createInvitation",
    "alerts.low.mgDl must be below alerts.high.mgDl",
    [{ low: { mgDl: 200 } }, { high: { mgDl: 60 } }],
    alerts,
  ],
  [
    "createInvitation",
    "alerts.urgentLow.mgDl must be below alerts.low.mgDl",
    [{ urgentLow: { mgDl: 70 } }, { low: { mgDl: 50 } }],
    alerts,
  ],
  ["updatePermissions", "subscriptionId", NO_IDS, ({ publisher }, value) => publisher.updatePermissions(value, true)],
  [
    "updatePermissions",
    "hasGraphAccess",
    NO_BOOLEANS,
    ({ publisher }, value) => publisher.updatePermissions(SUBSCRIPTION, value),
  ],
  ["readAlerts", "subscriptionId", NO_IDS, ({ publisher }, value) => publisher.getAlerts(value)],
  ["pauseSubscription", "subscriptionId", NO_IDS, ({ publisher }, value) => publisher.pauseSubscription(value)],
  ["resumeSubscription", "subscriptionId", NO_IDS, ({ publisher }, value) => publisher.resumeSubscription(value)],
  ["isMonitoringActive", "signal", [5, {}], ({ publisher }, signal) => publisher.isMonitoringActive({ signal })],
  ["getGlucoseReadings", "subscriptionId", NO_IDS, ({ subscriber }, value) => subscriber.getGlucoseReadings(value)],
  [
    "getGlucoseReadings",
    "minutes",
    [0, 1441, 1.5, "60", null],
    ({ subscriber }, value) => subscriber.getGlucoseReadings(SUBSCRIPTION, value),
  ],
  [
    "getGlucoseReadings",
    "maxCount",
    [0, 289, -1],
    ({ subscriber }, value) => subscriber.getGlucoseReadings(SUBSCRIPTION, 60, value),
  ],
  [
    "getLatestGlucoseReadings",
    "subscriptionIds",
    [[], null, SUBSCRIPTION],
    ({ subscriber }, value) => subscriber.getLatestGlucoseReadings(value),
  ],
  [
    "getLatestGlucoseReadings",
    "subscriptionIds[1]",
    NO_IDS,
    ({ subscriber }, value) => subscriber.getLatestGlucoseReadings([SUBSCRIPTION, value]),
  ],
];

describe("an argument that can't be right is refused by name, before anything is sent:", () => {
  for (const [what, name, values, call] of BAD) {
    for (const value of values) {
      test(`${what}: ${name}, ${shown(value)}`, async () => {
        const service = wireService();
        await assert.rejects(call(clientsOf(service), value), (error: Error) => {
          assert.ok(error instanceof ArgumentError, String(error));
          assert.ok(error.message.startsWith(name), error.message);
          return true;
        });
        assert.deepEqual([service.requests, service.logins], [[], []]);
      });
    }
  }
});
