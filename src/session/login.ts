import type { Operation } from "../http/operation.ts";
import { parseAccountId, parseSessionId } from "../wire/ids.ts";
import { authenticatePublisherAccount, loginPublisherAccountById, type OperationRow } from "../wire/operations.ts";

/** One post that holds the password. The session adds the password and the application id. */
export interface PasswordPost {
  readonly operation: OperationRow;
  /** Whose password it is, as the operation names it. */
  readonly who: Readonly<Record<string, string | undefined>>;
  readonly parse: Operation<string>["parse"];
}

/** The account that logs in. */
export interface LoginAccount {
  readonly username: string | undefined;
  /** Never changes, so a login keeps it here for the next one. */
  id: string | undefined;
}

/** Context of a login. */
interface LoginContext {
  readonly account: LoginAccount;
  /**
   * Sends one post, and guards it: a refused password is not posted too early, and no other process posts meanwhile.
   */
  readonly post: (post: PasswordPost) => Promise<string>;
}

/** Logs in, and resolves to the session id. */
export type LoginStrategy = (context: LoginContext) => Promise<string>;

/** Logs in by account id, which a first post asks for if only the user name is known. */
export const logInById: LoginStrategy = async ({ account, post }) => {
  account.id ??= await post({
    operation: authenticatePublisherAccount,
    who: { accountName: account.username },
    parse: parseAccountId,
  });
  return post({ operation: loginPublisherAccountById, who: { accountId: account.id }, parse: parseSessionId });
};
