import { ServerError } from "../errors.ts";
import { logInById, type LoginStrategy } from "../session/login.ts";
import { parseSessionId } from "../wire/ids.ts";
import { loginPublisherAccountByName, loginSubscriberAccount } from "../wire/operations.ts";

/** Logs in a follower, by an operation of its own with the arguments of the publisher's second step. */
export const logInAsSubscriber: LoginStrategy = ({ account, post }) =>
  post({ operation: loginSubscriberAccount, who: { accountId: account.id }, parse: parseSessionId });

/**
 * Makes a strategy that logs in by LoginPublisherAccountByName, in one post.
 *
 * Since 2020 the service responds to it with zeros and status 200 for more and more accounts. The strategy takes zeros
 * as a failure, makes the two usual posts, and does not try the one post again, because each try posts the password.
 */
export function makeLoginByName(): LoginStrategy {
  let givesZeros = false;
  return async (context) => {
    if (givesZeros) return logInById(context);
    const { account, post } = context;
    try {
      const who = { accountName: account.username };
      return await post({ operation: loginPublisherAccountByName, who, parse: parseSessionId });
    } catch (error) {
      if (!(error instanceof ServerError && error.code === "DEFAULT_ID")) throw error;
      givesZeros = true;
      return logInById(context);
    }
  };
}
