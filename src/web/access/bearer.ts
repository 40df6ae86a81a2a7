import { assertArgument, checkText } from "../../validate.ts";
import { toHex } from "../hex.ts";
import { isSameText } from "./same-text.ts";

/** A shorter token can be guessed. */
const MIN_TOKEN_LENGTH = 16;
/** A tablet in the kitchen logs in once a quarter. */
const COOKIE_SECONDS = 90 * 86_400;
const COOKIE_NAME = "dexcom-share";

/**
 * Lets in whoever knows a token: as `Authorization: Bearer <token>`, or by the cookie that the login form of the page
 * sets. The cookie holds a time and an HMAC of it, not the token.
 */
export class BearerAccess {
  readonly #token: string;

  /** @internal Use `bearer()`. */
  constructor(token: string) {
    this.#token = token;
  }

  /** Returns `"missing"` if the request has neither a token nor a valid cookie. @internal */
  async check(request: Request, now: number): Promise<"granted" | "missing" | "wrong"> {
    const given = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (given !== undefined) return (await this.isToken(given)) ? "granted" : "wrong";
    if (request.headers.has("authorization")) return "wrong";
    const cookie = readCookie(request.headers.get("cookie") ?? "");
    return cookie !== undefined && (await this.#isCookie(cookie, now)) ? "granted" : "missing";
  }

  /** @internal */
  isToken(given: string): Promise<boolean> {
    return isSameText(given, this.#token);
  }

  /** Makes the `Set-Cookie` header of a login. @internal */
  async makeCookie({ now, path, isSecure }: { now: number; path: string; isSecure: boolean }): Promise<string> {
    const expires = Math.floor(now / 1000) + COOKIE_SECONDS;
    const value = `${expires}.${await this.#sign(expires)}`;
    // A tablet that uses plain http in a home network would not send a cookie that is Secure.
    return `${COOKIE_NAME}=${value}; Path=${path}; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
  }

  async #isCookie(value: string, now: number): Promise<boolean> {
    const [, digits, signature] = /^(\d{1,12})\.([0-9a-f]{64})$/.exec(value) ?? [];
    if (digits === undefined || signature === undefined) return false;
    const isSigned = await isSameText(signature, await this.#sign(Number(digits)));
    return isSigned && Number(digits) * 1000 > now;
  }

  async #sign(expires: number): Promise<string> {
    const encoder = new TextEncoder();
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", encoder.encode(this.#token), algorithm, false, ["sign"]);
    const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(`${COOKIE_NAME} ${expires}`));
    return toHex(new Uint8Array(signature));
  }
}

/**
 * Allows requests that know the token: of programs by `Authorization: Bearer <token>`, of people by the login form of
 * the page.
 *
 * @param token At least 16 visible ASCII characters. Take a random one, such as that of `openssl rand -hex 16`.
 * @throws {ArgumentError} If the token is too short.
 * @example
 * ```ts
 * import { bearer, createHandler } from "dexcom-share-ts/web";
 * const handler = createHandler({ source: dexcom, authorize: bearer("5f2b8c0e9d417a36b1c4") });
 * ```
 */
export function bearer(token: string): BearerAccess {
  checkText("token", token);
  assertArgument(
    new RegExp(`^[\\x21-\\x7e]{${MIN_TOKEN_LENGTH},}$`).test(token),
    `token must have at least ${MIN_TOKEN_LENGTH} visible ASCII characters`,
  );
  return new BearerAccess(token);
}

function readCookie(header: string): string | undefined {
  const pair = header.split(";").find((part) => part.trim().startsWith(`${COOKIE_NAME}=`));
  return pair?.trim().slice(COOKIE_NAME.length + 1);
}
