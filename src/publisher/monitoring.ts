import { readNothing, readWord, type Call } from "../sharing/call.ts";
import { isUnclear } from "../sharing/publisher-error.ts";
import {
  checkMonitoredReceiverAssignmentStatus,
  isRemoteMonitoringSessionActive,
  replacePublisherAccountMonitoredReceiver,
  startRemoteMonitoringSession,
  stopRemoteMonitoringSession,
} from "../wire/operations.ts";
import { parseAssignment, parseBoolean, parseNothing, type ReceiverAssignment } from "../wire/responses.ts";

/*
 * The receiver and the monitoring session. That a change was made already is no failure, and the codes that say so are
 * not on record, or only as a message; nor is what the assignment of a receiver is answered. So where the service refuses, or
 * says what nobody has seen, it is asked how things stand (wire-protocol 5.1 to 5.5).
 */

export function readAssignment(call: Call, serialNumber: string): Promise<ReceiverAssignment> {
  return call(checkMonitoredReceiverAssignmentStatus, {
    args: { serialNumber },
    read: readWord,
    parse: parseAssignment,
  });
}

export async function replaceReceiver(call: Call, serialNumber: string): Promise<void> {
  const replaced = call(replacePublisherAccountMonitoredReceiver, {
    args: { serialNumber },
    read: readNothing,
    parse: parseNothing,
  });
  await unlessSo(replaced, async () => (await readAssignment(call, serialNumber)) === "AssignedToYou");
}

export function isMonitoringActive(call: Call): Promise<boolean> {
  return call(isRemoteMonitoringSessionActive, { parse: parseBoolean });
}

export async function startMonitoring(call: Call, serialNumber: string): Promise<void> {
  const started = call(startRemoteMonitoringSession, {
    args: { serialNumber },
    read: readNothing,
    parse: parseNothing,
    done: undefined,
  });
  await unlessSo(started, () => isMonitoringActive(call));
}

export async function stopMonitoring(call: Call): Promise<void> {
  const stopped = call(stopRemoteMonitoringSession, { read: readNothing, parse: parseNothing, done: undefined });
  await unlessSo(stopped, async () => !(await isMonitoringActive(call)));
}

/** A change that the service refused, or answered, in a word of its own counts as made where `isSo`. */
async function unlessSo(change: Promise<void>, isSo: () => Promise<boolean>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isUnclear(error) || !(await isSo())) throw error;
  }
}
