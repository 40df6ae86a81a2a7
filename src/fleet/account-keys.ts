import { deriveFromSecret, seal, unseal } from "../session/entry-keys.ts";
import { parseSecrets } from "../session/store-secret.ts";
import { assertArgument } from "../validate.ts";

/** Length of an id and of a digest. 128 bits keep a hundred thousand accounts apart. */
const DIGEST_BYTES = 16;

type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
type Derived = Awaited<ReturnType<typeof deriveFromSecret>> & { readonly hmac: HmacKey };

/**
 * Names of accounts in Redis. A key of the application may be a name or an address, so Redis holds it sealed, under an id
 * that only the owner of the secret can compute.
 */
export class AccountKeys {
  readonly #secret: Uint8Array<ArrayBuffer>;
  #derived: Promise<Derived> | undefined;

  /** @throws {ArgumentError} If `secret` is not 32 bytes. */
  constructor(secret: unknown) {
    assertArgument(
      secret !== undefined && !Array.isArray(secret),
      "secret must be 32 bytes, as base64 or Uint8Array, the same for every process of the fleet",
    );
    this.#secret = parseSecrets(secret)[0]!;
  }

  /** Returns the id of an account: BullMQ takes no id with a colon, and none that is a number. */
  async idOf(key: string): Promise<string> {
    return `a${await this.#digest(["id", key])}`;
  }

  /** Returns a digest that changes with the credentials, and says nothing about them without the secret. */
  digestOf(key: string, credentials: { readonly name: string; readonly password: string }): Promise<string> {
    return this.#digest(["credentials", key, credentials.name, credentials.password]);
  }

  async seal(key: string): Promise<string> {
    return seal((await this.#keys()).key, key);
  }

  /** Returns `undefined` if the text was sealed with another secret. */
  async unseal(sealed: string): Promise<string | undefined> {
    const key = await unseal((await this.#keys()).key, sealed);
    return typeof key === "string" ? key : undefined;
  }

  async #digest(parts: readonly string[]): Promise<string> {
    const { hmac } = await this.#keys();
    const bytes = await crypto.subtle.sign("HMAC", hmac, new TextEncoder().encode(JSON.stringify(parts)));
    return [...new Uint8Array(bytes, 0, DIGEST_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  #keys(): Promise<Derived> {
    this.#derived ??= this.#derive();
    return this.#derived;
  }

  async #derive(): Promise<Derived> {
    // Bound to its purpose, so that a session store may share the secret.
    const keys = await deriveFromSecret(this.#secret, ["fleet"]);
    const raw = Uint8Array.from(atob(keys.name), (char) => char.charCodeAt(0));
    const hmac = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return { ...keys, hmac };
  }
}
