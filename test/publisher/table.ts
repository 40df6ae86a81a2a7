import { Publisher } from "../../src/publisher/index.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { SESSION_ID } from "../support/responses.ts";
import type { WireService } from "../support/wire-service.ts";
import { CONTACT_ROWS } from "./contact-rows.ts";
import { FOLLOWER, SECRET } from "./examples.ts";
import { FOLLOWER_ROWS } from "./follower-rows.ts";
import { quietClock } from "./quiet-clock.ts";
import { RECEIVER_ROWS } from "./receiver-rows.ts";
import type { Clients, Row } from "./row.ts";

/** Faults of this side, and the `code` of what they become. */
export const FAULTS: readonly (readonly [serverCode: string, code: string])[] = [
  ["MonitoredReceiverNotAssigned", "RECEIVER_NOT_ASSIGNED"],
  ["MonitoredReceiverSerialNumberDoesNotMatch", "RECEIVER_DOES_NOT_MATCH"],
  ["MonitoringSessionNotActive", "MONITORING_NOT_ACTIVE"],
  ["MonitoringSessionAlreadyActive", "MONITORING_ALREADY_ACTIVE"],
  ["DuplicateEgvPosted", "DUPLICATE_READING"],
  ["ContactNameAlreadyExists", "CONTACT_NAME_TAKEN"],
];

/** Every operation that the publisher and the subscriber have. */
export const ROWS: readonly Row[] = [...RECEIVER_ROWS, ...CONTACT_ROWS, ...FOLLOWER_ROWS];

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
