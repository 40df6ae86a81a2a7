import type { Account } from "../accounts/account.ts";
import { type ServiceResponse, jsonResponse } from "../wire/response.ts";
import { Fault } from "../wire/fault.ts";
import { ZEROS } from "../wire/guid.ts";
import type { Call, Operation } from "../operation.ts";
import { writeReadings } from "../../readings/wire-readings.ts";
import type { Session } from "../accounts/session-table.ts";

/** The wearer's readings, newest first, by POST or GET (PROTOCOL.md, "Glucose values"). */
export const readPublisherLatestGlucoseValues: Operation = {
  name: "ReadPublisherLatestGlucoseValues",
  group: "Publisher",
  methods: ["POST", "GET"],
  respond(call): ServiceResponse {
    const { given, service, nowMs } = call;
    given.requireWellFormed();
    const sessionId = given.guidAnywhere("sessionId");
    // The body is said to be empty (PROTOCOL.md, "Glucose values").
    if (sessionId === ZEROS) return jsonResponse("");
    const account = requirePublisher(call, sessionId);
    const minutes = given.integerAnywhere("minutes");
    const maxCount = given.integerAnywhere("maxCount");
    const readings = account.readings.latest(minutes, maxCount, nowMs, call.readingsLateMs);
    // Nobody follows, nothing is shared: an empty list and no fault (PROTOCOL.md, "Glucose values" and "Accounts and
    // devices").
    const shared = service.sharing.isShared(account, nowMs) ? readings : [];
    return jsonResponse(writeReadings(shared, service.settings.readingForm));
  },
};

/** The open session of this id; one that has ended gives another fault than one that never was. @throws Fault */
export function requireSession({ service, nowMs }: Call, sessionId: string): Session {
  const session = service.sessions.find(sessionId);
  if (session === undefined) {
    throw new Fault("SessionIdNotFound", `Failed to find session object. [SessionId = ${sessionId}]`);
  }
  if (session.expiresAtMs <= nowMs) {
    const isOld = service.settings.subCodeForm === "dotnet-xml";
    throw new Fault(
      "SessionNotValid",
      isOld ? "Error in the application." : `Session not active or timed out. [SessionId = ${sessionId}]`,
    );
  }
  return session;
}

/** The account of a publisher's session. A follower's is unknown to this side (inference). @throws Fault */
export function requirePublisher(call: Call, sessionId: string): Account {
  const { holder } = requireSession(call, sessionId);
  if ("accountId" in holder) return holder;
  throw new Fault("SessionIdNotFound", `Failed to find session object. [SessionId = ${sessionId}]`);
}
