import { BODIES } from "./bodies.ts";
import { CODES } from "./codes.ts";
import { CONNECTIONS } from "./connections.ts";
import { ECHOES } from "./echoes.ts";
import type { Fault } from "./fault.ts";
import { IDS } from "./ids.ts";
import { RETRY_AFTER } from "./retry-after.ts";
import { STATUSES } from "./statuses.ts";

/** Everything that a network and a server can do, and what must come of it. */
export const FAULTS: readonly Fault[] = [
  ...CONNECTIONS,
  ...BODIES,
  ...STATUSES,
  ...CODES,
  ...IDS,
  ...RETRY_AFTER,
  ...ECHOES,
];
