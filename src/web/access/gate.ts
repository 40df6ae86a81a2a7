import { RequestError } from "../http/request-error.ts";
import type { ResolvedWebOptions } from "../options.ts";
import type { Attempts } from "./attempts.ts";
import { BearerAccess } from "./bearer.ts";

const UNAUTHORIZED = "A token is needed: Authorization: Bearer <token>";

/**
 * Lets a request pass that may see the readings.
 *
 * @throws {RequestError} 401 if it may not, 429 if its address has sent too many wrong tokens.
 */
export async function checkAccess(
  request: Request,
  { authorize, clientAddress, clock }: ResolvedWebOptions,
  attempts: Attempts,
): Promise<void> {
  if (authorize === undefined) return;
  if (!(authorize instanceof BearerAccess)) {
    // `true` alone: a promise that somebody forgot to await is truthy.
    const isAllowed: unknown = await authorize(request);
    if (isAllowed === true) return;
    throw new RequestError(401, "This request is not allowed");
  }
  const address = clientAddress(request);
  checkAttempts(attempts, address);
  const access = await authorize.check(request, clock.now());
  // Requests that came at the same time may have used up the attempts.
  checkAttempts(attempts, address);
  if (access === "granted") return;
  if (access === "wrong") attempts.noteWrong(address);
  throw new RequestError(401, UNAUTHORIZED, { "www-authenticate": 'Bearer realm="glucose"' });
}

/** @throws {RequestError} 429 */
export function checkAttempts(attempts: Attempts, address: string | undefined): void {
  const waitSeconds = attempts.waitSeconds(address);
  if (waitSeconds > 0) throw new RequestError(429, "Too many wrong tokens", { "retry-after": String(waitSeconds) });
}
