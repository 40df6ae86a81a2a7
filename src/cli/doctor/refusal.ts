import { AccountError, type DexcomError } from "../../errors.ts";
import type { Region } from "../../region.ts";
import type { Credentials } from "../credentials.ts";
import { formatDuration } from "../times.ts";
import { failed, type Finding } from "./step.ts";

/** Returns the codes of a failed request, without the service's own text. */
export function detailsOf({
  code,
  status,
  serverCode,
  retryAfterMs,
  cause,
}: DexcomError): NonNullable<Finding["details"]> {
  return { code, status, serverCode, retryAfterMs, cause: cause instanceof Error ? cause.message : undefined };
}

/** A failure in a line: `"Unexpected server response (UNEXPECTED_RESPONSE, HTTP 503)"`. */
export function describeFailure(error: DexcomError): string {
  const { code, serverCode, status, cause } = error;
  const known = [serverCode ?? code, status && `HTTP ${String(status)}`, cause instanceof Error && cause.message];
  return `${error.message} (${known.filter(Boolean).join(", ")})`;
}

/** Why a login failed, and what that can mean for credentials of this form. */
export function describeLogin(
  error: DexcomError,
  credentials: Credentials,
  { region, regionsHint }: { readonly region: Region; readonly regionsHint: string | undefined },
): Finding {
  const details = detailsOf(error);
  if (!(error instanceof AccountError)) return failed(describeFailure(error), [error.advice], details);
  const { attempts, retryAfterMs = 0 } = error;
  // Another run was told so, and the store of sessions remembers it.
  const when =
    attempts === 0 ? `an earlier login told, and none is sent again for ${formatDuration(retryAfterMs)}: ` : "";
  if (error.code === "LOCKED_OUT") {
    return failed(
      `${when}the account is locked: too many logins failed`,
      [
        "Wait ten minutes before anything logs in again; the right password is refused too until then.",
        "Look for another app or script that still has an old password: it locks the account again.",
      ],
      details,
    );
  }
  return failed(
    `${when}refused (${error.serverCode ?? error.code}): wrong password, unknown user and wrong region all get this answer`,
    [
      `The region is ${region}: accounts of the US need us; of Japan and parts of Asia-Pacific jp; all others ous.${regionsHint === undefined ? "" : ` ${regionsHint}`}`,
      "The login is that of the person who wears the sensor (the publisher), not a follower's.",
      "Log in with it on Dexcom's own account page: that tells whether the password is right.",
      ...adviceOnName(credentials),
      "No second attempt was made: too many lock the account for about ten minutes.",
    ],
    details,
  );
}

function adviceOnName({ username, accountId }: Credentials): string[] {
  if (accountId !== undefined) return ["Try the user name in place of the account id."];
  if (username?.includes("@")) return ["Try the user name in place of the email address, or the account id."];
  if (username !== undefined && /^\+?\d+$/.test(username))
    return ["A phone number is written with + and the country code."];
  return ["Try the email address or the phone number (+ and country code), or the account id."];
}
