import type { PublisherErrorCode } from "../errors.ts";

/** Codes of the faults that only the publisher's operations get (PROTOCOL.md, "Fault codes"). */
const CODES: ReadonlyMap<unknown, PublisherErrorCode> = /* @__PURE__ */ new Map<unknown, PublisherErrorCode>([
  ["MonitoredReceiverNotAssigned", "RECEIVER_NOT_ASSIGNED"],
  ["MonitoredReceiverSerialNumberDoesNotMatch", "RECEIVER_DOES_NOT_MATCH"],
  ["MonitoringSessionNotActive", "MONITORING_NOT_ACTIVE"],
  ["MonitoringSessionAlreadyActive", "MONITORING_ALREADY_ACTIVE"],
  ["DuplicateEgvPosted", "DUPLICATE_READING"],
  ["ContactNameAlreadyExists", "CONTACT_NAME_TAKEN"],
]);

/** A fault of the publisher's operations. */
export interface PublisherFault {
  readonly code: PublisherErrorCode;
  /** The service's own code. */
  readonly serverCode: string;
}

/** Recognizes a fault of the publisher's operations; `undefined` for any other response. */
export function parsePublisherFault(value: unknown): PublisherFault | undefined {
  const { Code: serverCode } = Object(value) as Partial<Record<string, unknown>>;
  const code = CODES.get(serverCode);
  return code && { code, serverCode: serverCode as string };
}
