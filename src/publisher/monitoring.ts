import { EMPTY_RESPONSE, readWord, type Call } from "../sharing/call.ts";
import { isUnclear } from "../sharing/publisher-error.ts";
import {
  checkMonitoredReceiverAssignmentStatus,
  isRemoteMonitoringSessionActive,
  replacePublisherAccountMonitoredReceiver,
  startRemoteMonitoringSession,
  stopRemoteMonitoringSession,
} from "../wire/operations.ts";
import { parseAssignment, parseBoolean, type ReceiverAssignment } from "../wire/responses.ts";

/*
 * The receiver and the monitoring session. A change that is in effect already counts as success. The service refuses
 * such a change by codes that are not on record, and the response to an assignment is unknown. After a response that
 * nobody has seen, query the state (PROTOCOL.md, "Replace the receiver" and "Monitoring session").
 */

export function readAssignment(call: Call, serialNumber: string): Promise<ReceiverAssignment> {
  return call(checkMonitoredReceiverAssignmentStatus, {
    args: { serialNumber },
    read: readWord,
    parse: parseAssignment,
  });
}

export async function replaceReceiver(call: Call, serialNumber: string): Promise<void> {
  const change = call(replacePublisherAccountMonitoredReceiver, { args: { serialNumber }, ...EMPTY_RESPONSE });
  await settleByState(change, async () => (await readAssignment(call, serialNumber)) === "AssignedToYou");
}

export function isMonitoringActive(call: Call): Promise<boolean> {
  return call(isRemoteMonitoringSessionActive, { parse: parseBoolean });
}

export async function startMonitoring(call: Call, serialNumber: string): Promise<void> {
  const args = { serialNumber };
  const change = call(startRemoteMonitoringSession, { args, ...EMPTY_RESPONSE, done: undefined });
  await settleByState(change, () => isMonitoringActive(call));
}

export async function stopMonitoring(call: Call): Promise<void> {
  const change = call(stopRemoteMonitoringSession, { ...EMPTY_RESPONSE, done: undefined });
  await settleByState(change, async () => !(await isMonitoringActive(call)));
}

/** Resolves an unknown response to a change by querying the state. */
async function settleByState(change: Promise<void>, isInEffect: () => Promise<boolean>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isUnclear(error) || !(await isInEffect())) throw error;
  }
}
