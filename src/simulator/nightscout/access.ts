import type { NightscoutSettings, SimulatedNightscoutRole } from "./options.ts";

/** Permissions of a request. */
export interface Rights {
  readonly canRead: boolean;
  readonly canCreate: boolean;
  /** `true` if it shows a secret or a token that the site doesn't know. */
  readonly isWrong: boolean;
  /** `true` if it shows no credentials. */
  readonly isAnonymous: boolean;
}

/** Time by which each request takes longer after wrong credentials. */
const DELAY_MS = 5000;

/** Credentials of the site, and the delay of whoever showed wrong ones. In the process there is one address. */
export class NightscoutAccess {
  #secret: string;
  readonly #tokens: ReadonlyMap<string, SimulatedNightscoutRole>;
  readonly #isReadable: boolean;
  #isDelayed = false;

  constructor({ secret, tokens, isReadable }: NightscoutSettings) {
    this.#secret = secret;
    this.#tokens = tokens;
    this.#isReadable = isReadable;
  }

  changeSecret(secret: string): void {
    this.#secret = secret;
  }

  /** Finds what a request may do, and how long its response takes. */
  async admit(url: URL, headers: Headers): Promise<{ readonly rights: Rights; readonly delayMs: number }> {
    const delayMs = this.#isDelayed ? DELAY_MS : 0;
    const shown = headers.get("api-secret") || url.searchParams.get("secret") || url.searchParams.get("token") || "";
    const rights = await this.#rightsOf(shown.replace(/^token=/, ""));
    if (rights.isWrong) this.#isDelayed = true;
    else if (!rights.isAnonymous) this.#isDelayed = false;
    return { rights, delayMs };
  }

  async #rightsOf(shown: string): Promise<Rights> {
    if (shown === "") return { canRead: this.#isReadable, canCreate: false, isWrong: false, isAnonymous: true };
    const role = this.#tokens.get(shown) ?? ((await this.#isDigest(shown)) ? "admin" : undefined);
    return {
      canRead: role === "readable" || role === "admin",
      canCreate: role === "uploader" || role === "admin",
      isWrong: role === undefined,
      isAnonymous: false,
    };
  }

  /** The secret itself is not its digest, so in the clear it is wrong. */
  async #isDigest(shown: string): Promise<boolean> {
    for (const algorithm of ["SHA-1", "SHA-512"]) {
      if ((await digest(algorithm, this.#secret)) === shown.toLowerCase()) return true;
    }
    return false;
  }
}

async function digest(algorithm: string, text: string): Promise<string> {
  const bytes = await crypto.subtle.digest(algorithm, new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
