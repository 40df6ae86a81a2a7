import type { Clock } from "../clock.ts";
import { seal, unseal, type EntryKeys } from "./entry-keys.ts";

/** Place of sealed values; `replace` as in `SessionStore`. */
export interface SealedStore {
  get(key: string): Promise<string | null | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  replace?(key: string, from: string | null, to: string | null, ttlMs: number): Promise<boolean>;
}

/** One sealed value in a store. */
export class SealedEntry {
  /** The value that was last read or written; `undefined` if no value could be opened. */
  value: unknown;
  readonly #store: SealedStore;
  readonly #derive: () => Promise<EntryKeys>;
  readonly #clock: Clock;
  #opening: Promise<EntryKeys> | undefined;
  #sealed: string | null = null;

  constructor(store: SealedStore, clock: Clock, derive: () => Promise<EntryKeys>) {
    this.#store = store;
    this.#clock = clock;
    this.#derive = derive;
  }

  /** Derives name and key, once. */
  open(): Promise<EntryKeys> {
    return (this.#opening ??= this.#hold(this.#derive()));
  }

  /** Forgets the derivation: on Workers one that an earlier request began may never settle. */
  close(): void {
    this.#opening = undefined;
  }

  async read(): Promise<unknown> {
    const { name, key } = await this.open();
    const sealed = (await this.#store.get(name)) ?? null;
    if (sealed !== this.#sealed) {
      const value = sealed && (await this.#hold(unseal(key, sealed)));
      this.#sealed = sealed;
      this.value = value ?? undefined;
    }
    return this.value;
  }

  /**
   * Writes `value`, or deletes the entry if that is `undefined`.
   *
   * @returns `false` if the store no longer holds what was last read; then nothing changes.
   */
  async write(value: unknown, ttlMs: number): Promise<boolean> {
    const { name, key } = await this.open();
    const sealed = value === undefined ? null : await this.#hold(seal(key, value));
    if (!(await this.#swap(name, sealed, ttlMs))) return false;
    this.#sealed = sealed;
    this.value = value;
    return true;
  }

  /** Changes the store by `replace`, or without it as well as can be. */
  async #swap(name: string, to: string | null, ttlMs: number): Promise<boolean> {
    const store = this.#store;
    if (store.replace) return store.replace(name, this.#sealed, to, ttlMs);
    await (to === null ? store.delete(name) : store.set(name, to, ttlMs));
    return true;
  }

  #hold<T>(work: Promise<T>): Promise<T> {
    return this.#clock.hold?.(work) ?? work;
  }
}
