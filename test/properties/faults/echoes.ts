import { all, faultBody, retried, type Fault } from "./fault.ts";

/** What was sent as a session id, password or account name, whichever there was. */
function secretOf(text: string): string {
  const { sessionId, password } = JSON.parse(text || "{}") as Partial<Record<string, string>>;
  return sessionId ?? password ?? "";
}

const inHeader = (name: string, change: (secret: string) => string = (secret) => secret): Fault["respond"] => {
  return ({ text }) => ({ status: 500, headers: { [name]: encodeURIComponent(change(secretOf(text))) }, body: text });
};

/** A service that repeats what it was sent in the places that an error tells of. */
export const ECHOES: readonly Fault[] = [
  retried("a trace id that is the secret", "UNEXPECTED_RESPONSE", inHeader("x-trace-id")),
  retried(
    "a trace id that is the secret in capitals",
    "UNEXPECTED_RESPONSE",
    inHeader("x-trace-id", (secret) => secret.toUpperCase()),
  ),
  retried("a Retry-After that is the secret", "UNEXPECTED_RESPONSE", inHeader("retry-after")),
  retried(
    "a code that is the secret",
    "UNKNOWN_FAULT",
    ({ text }) => ({ status: 500, body: faultBody(secretOf(text), text) }),
    {
      always: { ...all("UNKNOWN_FAULT 3"), authenticate: "UNKNOWN_FAULT 1", login: "UNKNOWN_FAULT 1" },
      once: { ...all("reading 2"), authenticate: "UNKNOWN_FAULT 1", login: "UNKNOWN_FAULT 1" },
    },
  ),
];
