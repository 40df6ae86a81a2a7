import { REGION_ENDPOINTS, type Region } from "../../../region.ts";
import type { Account } from "../accounts/account.ts";
import { Fault } from "../wire/fault.ts";
import type { Call } from "../operation.ts";

/** Name or id that a request logs in with; faults echo it. */
export interface Identity {
  readonly by: "AccountName" | "AccountId";
  readonly value: string;
}

/** Both public ids work in the US and outside; Japan wants the older one (PROTOCOL.md, "Hosts and application ids"). */
export function isApplicationIdOf(region: Region, id: string): boolean {
  return id === REGION_ENDPOINTS[region].applicationId || id === REGION_ENDPOINTS.jp.applicationId;
}

/**
 * The account that these credentials open. A wrong password, an unknown name or id and the wrong region can't be told
 * apart (PROTOCOL.md, "Fault codes"); while locked out the right password is refused too.
 *
 * @throws Fault
 */
export function checkCredentials(call: Call, identity: Identity, password: string): Account {
  const { service, region, nowMs } = call;
  const applicationId = call.given.guid("applicationId");
  const { accounts, lockOuts } = service;
  const known =
    identity.by === "AccountName" ? accounts.named(identity.value, region) : accounts.withId(identity.value, region);
  // An origin of nobody's may know one name in several regions.
  const account = known.find((candidate) => candidate.password === password) ?? known[0];
  const key = lockKey(account, identity, region);
  if (lockOuts.isLocked(key, nowMs)) throw lockedOut(call, identity);
  const home = region ?? account?.region ?? "us";
  // The response to a wrong one is not on record beyond "does not work": taken as wrong credentials, uncounted, since
  // no password was tried.
  if (!isApplicationIdOf(home, applicationId)) throw refused(call, identity, account);
  if (account?.password !== password) {
    lockOuts.refused(key, nowMs);
    throw refused(call, identity, account);
  }
  lockOuts.clear(key);
  return account;
}

/** Names that no account has are locked as well: else the lock-out would tell which names exist. */
function lockKey(account: Account | undefined, identity: Identity, region: Region | undefined): string {
  return account === undefined ? `${region ?? ""}/${identity.value}` : account.accountId;
}

/** Our own text: no text is on record (PROTOCOL.md, "Fault codes"). It echoes the name as SSO faults do. */
export function lockedOut({ service }: Call, { by, value }: Identity): Fault {
  return new Fault(service.settings.lockOutCode, `Too many failed authentication attempts. ${by}=${value}`);
}

export function refused({ service }: Call, { by, value }: Identity, account: Account | undefined): Fault {
  switch (service.settings.refusalCode) {
    case "AccountPasswordInvalid":
      return new Fault("AccountPasswordInvalid", "Publisher account password failed");
    case "SSO_InternalError":
      return new Fault(
        "SSO_InternalError",
        `Synchronization of SSO account during authenticate call failed Time out issue.  ${by}=${value} ` +
          "Error encountered accessing Keycloak endpoint: UAM_ERROR: HttpStatus='401 UNAUTHORIZED(401)' " +
          `Msg=Cannot Authenticate by ${by}='${value}'`,
      );
    case "SSO_AuthenticatePasswordInvalid":
      return account === undefined
        ? new Fault("SSO_AuthenticateAccountNotFound", `Create SSO account during login failed. ${by}=${value}`)
        : new Fault(
            "SSO_AuthenticatePasswordInvalid",
            `Replay of bad password to SSO account gave invalid password error. AccountId=${account.accountId}`,
          );
  }
}
