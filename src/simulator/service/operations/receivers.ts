import { jsonResponse } from "../wire/response.ts";
import { invalid } from "../wire/arguments.ts";
import { Fault } from "../wire/fault.ts";
import type { Operation } from "../operation.ts";
import { checkSerialNumber, publisherOperation, type PublisherCall, requireSerialNumber } from "./steps.ts";

/** Tells if a receiver is this account's. The public list of operations writes the query with a slash at its end. */
export const checkMonitoredReceiverAssignmentStatus: Operation = publisherOperation(
  "CheckMonitoredReceiverAssignmentStatus",
  (call) => {
    const serialNumber = checkSerialNumber(call.given.textAnywhere("serialNumber").replace(/\/$/, ""), "serialNumber");
    return jsonResponse(call.sharing.receiver === serialNumber ? '"AssignedToYou"' : '"NotAssigned"');
  },
);

/**
 * Assigns a receiver; one that is assigned already is refused (PROTOCOL.md, "Replace the receiver"), by a code that
 * is not on record.
 */
export const replacePublisherAccountMonitoredReceiver: Operation = publisherOperation(
  "ReplacePublisherAccountMonitoredReceiver",
  (call) => {
    const serialNumber = requireSerialNumber(call);
    if (call.sharing.receiver === serialNumber) {
      throw new Fault(
        "MonitoredReceiverAlreadyAssigned",
        "Monitored receiver is already assigned to the publisher account",
      );
    }
    call.sharing.receiver = serialNumber;
    return undefined;
  },
);

/** A bare boolean (PROTOCOL.md, "Monitoring session"). */
export const isRemoteMonitoringSessionActive: Operation = publisherOperation(
  "IsRemoteMonitoringSessionActive",
  ({ sharing }) => jsonResponse(String(sharing.isMonitoring)),
);

/** Needs the account's receiver (inference); twice is a fault (PROTOCOL.md, "Monitoring session"). */
export const startRemoteMonitoringSession: Operation = publisherOperation("StartRemoteMonitoringSession", (call) => {
  requireReceiver(call, requireSerialNumber(call));
  if (call.sharing.isMonitoring) {
    throw new Fault("MonitoringSessionAlreadyActive", "Publisher account already has an active monitoring session");
  }
  call.sharing.isMonitoring = true;
  return undefined;
});

/** Without an active session it is a fault, as for an upload (inference); PROTOCOL.md, "Monitoring session". */
export const stopRemoteMonitoringSession: Operation = publisherOperation("StopRemoteMonitoringSession", (call) => {
  requireMonitoring(call);
  call.sharing.isMonitoring = false;
  return undefined;
});

/** Its arguments are in the body, the session id too (PROTOCOL.md, "Runtime info"). */
export const updatePublisherAccountRuntimeInfo: Operation = publisherOperation(
  "UpdatePublisherAccountRuntimeInfo",
  ({ given, sharing }) => {
    const runtimeInfo = (given.json as { runtimeInfo?: unknown } | undefined)?.runtimeInfo;
    if (typeof runtimeInfo !== "object" || runtimeInfo === null) throw invalid("runtimeInfo");
    sharing.runtimeInfo = runtimeInfo;
    return undefined;
  },
);

/** @throws {Fault} If no receiver is assigned, or another one. */
export function requireReceiver({ sharing }: PublisherCall, serialNumber: string): void {
  if (sharing.receiver === undefined) {
    throw new Fault("MonitoredReceiverNotAssigned", "Publisher account does not have a valid monitored receiver.");
  }
  if (sharing.receiver !== serialNumber) {
    // The text is our own, because the service's is not on record.
    throw new Fault(
      "MonitoredReceiverSerialNumberDoesNotMatch",
      "Serial number does not match that of the monitored receiver",
    );
  }
}

/** @throws Fault */
export function requireMonitoring({ sharing }: PublisherCall): void {
  // The text is our own, because the service's is not on record.
  if (!sharing.isMonitoring)
    throw new Fault("MonitoringSessionNotActive", "Publisher account has no active monitoring session");
}
