import { NetworkError } from "../errors.ts";

/** Form of a runtime's names for failures, such as `ECONNREFUSED`. Without digits, so that no id has this form. */
const FAILURE_NAME = /^[A-Z][A-Za-z_]{1,40}$/;

/** Failures before a request is sent: in the name, the route, the connection or the certificate. */
const CONNECT_FAILURES =
  /^(E(CONNREFUSED|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH)|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$|CERT|SIGNATURE/;

/** Deno tells its failures apart by text alone. */
const FAILURE_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/connection refused/i, "ECONNREFUSED"],
  [/dns error|failed to lookup address/i, "ENOTFOUND"],
  [/connection reset/i, "ECONNRESET"],
];

/** The request that failed. */
interface FailedRequest {
  readonly host: string;
  readonly attempts?: number;
  /** Tells if a word reveals a secret. */
  readonly isSecret: (word: string) => boolean;
}

/**
 * Makes the error of a request that got no response. The names and codes of what `fetch` threw are copied, never its
 * text: some runtimes put the URL or the body into their errors.
 */
export function networkError(thrown: unknown, { host, attempts, isSecret }: FailedRequest): NetworkError {
  const names: string[] = [];
  for (let error = thrown, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth++) {
    const { name, code = codeOfText(error.message) } = error as Error & { code?: unknown };
    for (const word of [name, code]) {
      if (typeof word === "string" && FAILURE_NAME.test(word) && !names.includes(word) && !isSecret(word))
        names.push(word);
    }
  }
  const reason = names.findLast((name) => !name.endsWith("Error"));
  const cause = new Error(names.join(" ") || "unknown");
  return new NetworkError("NETWORK_FAILED", `No response from ${host}${reason ? ` (${reason})` : ""}`, {
    attempts,
    cause,
  });
}

function codeOfText(text: string): string | undefined {
  return FAILURE_TEXTS.find(([pattern]) => pattern.test(text))?.[1];
}

/** Tells if the cause of a `networkError()` means that the request never reached the service. */
export function isConnectFailure(cause: unknown): boolean {
  return cause instanceof Error && cause.message.split(" ").some((name) => CONNECT_FAILURES.test(name));
}
