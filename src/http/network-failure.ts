import { NetworkError } from "../errors.ts";

/** Form of a runtime's names for failures, such as `ECONNREFUSED`. Without digits, so that no id has this form. */
const FAILURE_NAME = /^[A-Z][A-Za-z_]{1,40}$/;

/** Failures before a request is sent: in the name, the route, the connection or the certificate. */
const CONNECT_FAILURES =
  /^(E(CONNREFUSED|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH)|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID|(DEPTH_ZERO_)?SELF_SIGNED_CERT(_IN_CHAIN)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;

/** Deno tells its failures apart by text alone. */
const FAILURE_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/connection refused/i, "ECONNREFUSED"],
  [/dns error|failed to lookup address/i, "ENOTFOUND"],
  [/connection reset/i, "ECONNRESET"],
];

/**
 * Copies the names and codes of a cause, never its text: some runtimes put the URL or the body into their errors. A
 * text of `FAILURE_TEXTS` counts as its code.
 *
 * @param isSecret Tells if a word reveals a secret.
 */
export function sanitizeCause(cause: unknown, isSecret: (text: string) => boolean): Error {
  const names: string[] = [];
  for (let error = cause, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth++) {
    const { name, code = codeOfText(error.message) } = error as Error & { code?: unknown };
    for (const word of [name, code]) {
      if (
        typeof word === "string" &&
        FAILURE_NAME.test(word) &&
        !names.includes(word) &&
        (CONNECT_FAILURES.test(word) || !isSecret(word))
      ) {
        names.push(word);
      }
    }
  }
  return new Error(names.join(" ") || "unknown");
}

function codeOfText(text: string): string | undefined {
  return FAILURE_TEXTS.find(([pattern]) => pattern.test(text))?.[1];
}

/**
 * Makes the error of a request that got no response.
 *
 * @param cause As `sanitizeCause` returns it. Its last code, such as `ECONNREFUSED`, is the reason.
 */
export function networkError(host: string, cause: Error, attempts?: number): NetworkError {
  const reason = cause.message.split(" ").findLast((name) => !/^(unknown|(Type|Aggregate|System)?Error)$/.test(name));
  const message = `No response from ${host}${reason === undefined ? "" : ` (${reason})`}`;
  return new NetworkError("NETWORK_FAILED", message, { attempts, cause });
}

/** Tells if a cause, as `sanitizeCause` wrote it, means that the request never reached the service. */
export function isConnectFailure(cause: unknown): boolean {
  return cause instanceof Error && cause.message.split(" ").some((name) => CONNECT_FAILURES.test(name));
}
