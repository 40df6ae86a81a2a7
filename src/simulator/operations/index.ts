import type { Operation } from "../operation.ts";
import { authenticatePublisherAccount, loginPublisherAccountById, loginPublisherAccountByName } from "./logins.ts";
import { readPublisherLatestGlucoseValues } from "./read-latest.ts";
import { systemUtcTime } from "./system-utc-time.ts";

/** Every operation by its place in the path, such as `"General/SystemUtcTime"`. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [
    systemUtcTime,
    authenticatePublisherAccount,
    loginPublisherAccountById,
    loginPublisherAccountByName,
    readPublisherLatestGlucoseValues,
  ].map((operation) => [`${operation.group}/${operation.name}`, operation]),
);
