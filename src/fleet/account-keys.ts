import { deriveFromSecret, seal, unseal, type EntryKeys } from "../session/entry-keys.ts";
import { parseSecrets } from "../session/store-secret.ts";
import { assertArgument } from "../validate.ts";

/** Length of an id and of a digest. 132 bits keep a hundred thousand accounts apart. */
const DIGEST_LENGTH = 22;

/**
 * Names of accounts in Redis. A key of the application may be a name or an address, so Redis holds it sealed, under an id
 * that only the owner of the secret can compute.
 */
export class AccountKeys {
  readonly #secret: Uint8Array<ArrayBuffer>;
  #sealing: Promise<EntryKeys> | undefined;

  /** @throws {ArgumentError} If `secret` is not 32 bytes. */
  constructor(secret: unknown) {
    assertArgument(secret !== undefined && !Array.isArray(secret), "secret must be 32 bytes, as base64 or Uint8Array");
    this.#secret = parseSecrets(secret)[0]!;
  }

  /** Returns the id of an account: BullMQ takes no id with a colon, and none that is a number. */
  async idOf(key: string): Promise<string> {
    return `a${await this.#digest("id", key)}`;
  }

  /** Returns a digest that changes with the credentials, and says nothing about them without the secret. */
  digestOf(key: string, credentials: { readonly name: string; readonly password: string }): Promise<string> {
    return this.#digest("credentials", key, credentials.name, credentials.password);
  }

  async seal(key: string): Promise<string> {
    return seal(await this.#sealingKey(), key);
  }

  /** Returns `undefined` if the text was sealed with another secret. */
  async unseal(sealed: string): Promise<string | undefined> {
    const key = await unseal(await this.#sealingKey(), sealed);
    return typeof key === "string" ? key : undefined;
  }

  async #sealingKey(): Promise<EntryKeys["key"]> {
    this.#sealing ??= this.#derive("seal");
    return (await this.#sealing).key;
  }

  async #digest(...parts: readonly string[]): Promise<string> {
    return (await this.#derive(...parts)).name.slice(0, DIGEST_LENGTH);
  }

  /** Derives for one purpose, so that a session store may share the secret. */
  #derive(...parts: readonly string[]): Promise<EntryKeys> {
    return deriveFromSecret(this.#secret, ["fleet", ...parts]);
  }
}
