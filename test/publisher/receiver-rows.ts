import { POSTED, SERIAL } from "./examples.ts";
import type { Row } from "./row.ts";

/** The operations of system time, receivers, sessions and uploads. */
export const RECEIVER_ROWS: readonly Row[] = [
  {
    operation: "SystemUtcTime",
    line: "GET General/SystemUtcTime",
    call: ({ publisher }) => publisher.getSystemTime(),
    response: String.raw`{"DateTime":"\/Date(1426767421178)\/","OffsetMinutes":0}`,
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
    line: `POST Publisher/CheckMonitoredReceiverAssignmentStatus?sessionId=SESSION&serialNumber=${SERIAL}`,
    call: ({ publisher }) => publisher.getReceiverAssignment(SERIAL),
    response: '"AssignedToYou"',
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
    line: `POST Publisher/ReplacePublisherAccountMonitoredReceiver?sessionId=SESSION&serialNumber=${SERIAL}`,
    call: ({ publisher }) => publisher.replaceReceiver(SERIAL),
    response: "",
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
    line: "POST Publisher/IsRemoteMonitoringSessionActive?sessionId=SESSION",
    call: ({ publisher }) => publisher.isMonitoringActive(),
    response: "true",
    result: true,
    also: [["false", false]],
    repetition: "read",
  },
  {
    operation: "StartRemoteMonitoringSession",
    line: `POST Publisher/StartRemoteMonitoringSession?sessionId=SESSION&serialNumber=${SERIAL}`,
    call: ({ publisher }) => publisher.startMonitoring(SERIAL),
    response: "",
    result: undefined,
    repetition: "repeatable",
    done: ["MonitoringSessionAlreadyActive", undefined],
  },
  {
    operation: "StopRemoteMonitoringSession",
    line: "POST Publisher/StopRemoteMonitoringSession?sessionId=SESSION",
    call: ({ publisher }) => publisher.stopMonitoring(),
    response: "",
    result: undefined,
    repetition: "repeatable",
    done: ["MonitoringSessionNotActive", undefined],
  },
  {
    operation: "UpdatePublisherAccountRuntimeInfo",
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
    response: "",
    result: undefined,
    repetition: "repeatable",
  },
  {
    operation: "PostReceiverEgvRecords",
    line: "POST Publisher/PostReceiverEgvRecords?sessionId=SESSION",
    body: String.raw`{"SN":"SM00000000","Egvs":[{"Trend":4,"ST":"\/Date(1426783106000)\/","DT":"\/Date(1426754317000)\/","Value":97}],"TA":-14365}`,
    // TA is added to ST: the moment is 1426783106 - 14365.
    call: ({ publisher }) =>
      publisher.postReadings(SERIAL, [{ mgDl: 97, trend: 4, datetime: 1426768741000, displayTime: 1426754317000 }], {
        receiverAheadSeconds: 14365,
      }),
    response: "",
    result: POSTED,
    repetition: "repeatable",
    done: ["DuplicateEgvPosted", POSTED.map((posted) => ({ ...posted, outcome: "duplicate" }))],
  },
];
