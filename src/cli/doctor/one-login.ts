import {
  authenticatePublisherAccount,
  loginPublisherAccountById,
  readPublisherLatestGlucoseValues,
} from "../../wire/operations.ts";

/** A `fetch` that sends one login at most, whatever its user makes of the responses, and remembers how far it came. */
export interface LoginGuard {
  readonly fetch: typeof fetch;
  /** Posts that held a password. One login by user name has two, the first of which a refusal ends. */
  readonly passwordPosts: number;
  /** `true` if a second login was held back. */
  readonly isBlocked: boolean;
  /** The last operation sent was a read, so the login has succeeded. */
  readonly hasRead: boolean;
}

const LOGIN_PATHS: readonly string[] = [authenticatePublisherAccount.path, loginPublisherAccountById.path];

export function guardLogins(send: typeof fetch): LoginGuard {
  const sent: string[] = [];
  let isBlocked = false;
  return {
    async fetch(input, init) {
      const operation = /\/Services\/(.+)$/.exec(input as string)?.[1] ?? "";
      if (LOGIN_PATHS.includes(operation) && sent.includes(operation)) {
        isBlocked = true;
        throw new TypeError("doctor would log in a second time");
      }
      sent.push(operation);
      return send(input, init);
    },
    get passwordPosts() {
      return sent.filter((operation) => LOGIN_PATHS.includes(operation)).length;
    },
    get isBlocked() {
      return isBlocked;
    },
    get hasRead() {
      return sent.at(-1) === readPublisherLatestGlucoseValues.path;
    },
  };
}
