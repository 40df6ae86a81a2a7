/** A place that stores share as processes share Redis, in memory, with faults on demand. */
import type { Clock } from "../../src/clock.ts";
import { SessionStore, type SessionStoreOptions } from "../../src/session/session-store.ts";

export type StoreMethod = "get" | "set" | "delete" | "replace";

export class Place {
  readonly kept: Map<string, { readonly value: string; readonly expiresAt: number }> = new Map();
  /** What was asked, in order, such as `"get"`. */
  readonly calls: StoreMethod[] = [];
  /** The times that values were kept for. */
  readonly ttls: number[] = [];
  /** What happens to a method before it does its work. */
  fault: ((method: StoreMethod) => Promise<void> | undefined) | undefined;
  readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Everything in it, as who steals it sees it. */
  dump(): string {
    return JSON.stringify([...this.kept]);
  }

  get(key: string): string | null {
    const entry = this.kept.get(key);
    return entry && entry.expiresAt > this.clock.now() ? entry.value : null;
  }

  put(key: string, value: string | null, ttlMs: number): void {
    if (value === null) this.kept.delete(key);
    else this.kept.set(key, { value, expiresAt: this.clock.now() + ttlMs });
  }
}

/** A store with get, set and delete alone. */
export class PlainMapStore extends SessionStore {
  protected readonly place: Place;

  constructor(place: Place, options?: SessionStoreOptions) {
    super(options);
    this.place = place;
  }

  override async get(key: string): Promise<string | null> {
    return this.does("get", () => this.place.get(key));
  }

  override async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.does("set", () => {
      this.place.ttls.push(ttlMs);
      this.place.put(key, value, ttlMs);
    });
  }

  override async delete(key: string): Promise<void> {
    await this.does("delete", () => this.place.put(key, null, 0));
  }

  protected async does<T>(method: StoreMethod, work: () => T): Promise<T> {
    this.place.calls.push(method);
    await this.place.fault?.(method);
    return work();
  }
}

/** One with `replace`, so with a lock. */
export class MapStore extends PlainMapStore {
  override async replace(key: string, from: string | null, to: string | null, ttlMs: number): Promise<boolean> {
    return this.does("replace", () => {
      if (this.place.get(key) !== from) return false;
      if (to !== null && !isLock(key)) this.place.ttls.push(ttlMs);
      this.place.put(key, to, ttlMs);
      return true;
    });
  }
}

export function isLock(key: string): boolean {
  return key.endsWith("-lock");
}
