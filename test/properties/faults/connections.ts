import { retried, type Break, type Fault } from "./fault.ts";

const LOST: readonly Break[] = ["refused", "reset before headers", "reset mid-body"];
const STALLED: readonly Break[] = ["stalled before headers", "stalled mid-body"];

/** Responses that never came whole. A login may have been refused in them, so it is sent once more, then cools down. */
export const CONNECTIONS: readonly Fault[] = [
  ...LOST.map((breaks) =>
    retried(`a connection ${breaks}`, "NETWORK_FAILED", ({ text }) => ({ breaks, body: text }), {
      turnsAway: breaks === "refused",
    }),
  ),
  ...STALLED.map((breaks) =>
    retried(`a connection ${breaks}`, "ATTEMPT_TIMED_OUT", ({ text }) => ({ breaks, body: text })),
  ),
  retried(
    "a body that is not compressed as it says",
    "NETWORK_FAILED",
    ({ text }) => ({ headers: { "content-encoding": "gzip" }, body: text }),
    { only: "server" },
  ),
];
