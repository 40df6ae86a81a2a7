import type { VirtualClock } from "../../src/simulator/index.ts";

/** A client as the watch knows it: by its application id, which goes with every post of a password. */
export interface Watched {
  readonly password: string;
  /** Its fetch and its cache: what it shares with others, it knows with them. */
  readonly scopes: readonly object[];
  /** The name and the id of its account, as far as it knows them. */
  readonly accounts: Set<string>;
}

interface Refusal {
  readonly scopes: readonly object[];
  readonly accounts: readonly string[];
  /** `undefined` if the account is locked, which counts for every password. */
  readonly password: string | undefined;
  readonly until: number;
  readonly waitMs: number;
}

interface Post {
  readonly client: Watched;
  readonly operation: string;
}

const MINUTE_MS = 60_000;
const FIRST_WAIT_MS = 10 * MINUTE_MS;
const LONGEST_WAIT_MS = 60 * MINUTE_MS;

/**
 * Looks at every post of a password and says which must not have been made: a refused one within
 * its cool-down, a second one beside the probe that comes after it, any one for an account that is locked.
 */
export class PasswordWatch {
  readonly wrongs: string[] = [];
  posts = 0;
  refusals = 0;
  /** Responses that never came, by client and operation, since this was last emptied. */
  readonly lost: Map<Watched, Map<string, number>> = new Map();
  readonly #clients = new Map<string, Watched>();
  readonly #open = new Set<Post>();
  readonly #clock: VirtualClock;
  #remembered: Refusal[] = [];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Gives the application id by which the client will be known. */
  add(client: Watched): string {
    const id = `a0000000-0000-0000-0000-${String(this.#clients.size).padStart(12, "0")}`;
    this.#clients.set(id, client);
    return id;
  }

  /** A fetch that is looked at, and shows the service an application id that it knows. */
  watch(fetch: typeof globalThis.fetch, applicationId: string): typeof globalThis.fetch {
    return async (input, init) => {
      const body = JSON.parse(init?.body as string) as Record<string, string>;
      if (body["password"] === undefined) return fetch(input, init);
      const client = this.#clients.get(body["applicationId"]!)!;
      const post = { client, operation: (input as string).split("/").pop()! };
      this.#judge(post);
      this.#open.add(post);
      try {
        const response = await fetch(input, { ...init, body: JSON.stringify({ ...body, applicationId }) });
        await this.#note(post, await response.clone().text());
        return response;
      } catch (error) {
        const lost = this.lost.get(client) ?? new Map<string, number>();
        this.lost.set(client, lost.set(post.operation, (lost.get(post.operation) ?? 0) + 1));
        throw error;
      } finally {
        this.#open.delete(post);
      }
    };
  }

  #judge({ client, operation }: Post): void {
    this.posts++;
    const now = this.#clock.now();
    const known = this.#known(client);
    const early = known.find(({ until }) => until > now);
    if (early) {
      const what = early.password === undefined ? "for a locked account" : "of a refused password";
      this.wrongs.push(`${operation} ${what}, ${(early.until - now) / MINUTE_MS} minutes too early`);
    }
    const isProbe = known.some(({ until }) => until <= now && until + LONGEST_WAIT_MS > now);
    const isBeside = [...this.#open].some(
      (other) => other.client !== client && concerns(this.#known(other.client), known),
    );
    if (isProbe && isBeside) this.wrongs.push(`${operation} beside another probe`);
  }

  /** Reads a response when the client can have read it: one turn of the event loop later. */
  async #note({ client, operation }: Post, text: string): Promise<void> {
    const value = JSON.parse(text || "null") as string | { Code: string } | null;
    if (value === null) return;
    const isId = typeof value === "string";
    if (isId && operation.startsWith("Authenticate")) client.accounts.add(value);
    const code = isId ? "" : value.Code;
    setImmediate(() => {
      if (isId) this.#forget(client);
      else if (code.includes("MaxAttempts")) this.#remember(client, undefined, FIRST_WAIT_MS);
      else if (/Password|NotFound|SSO_InternalError/.test(code)) this.#refuse(client);
    });
    await Promise.resolve();
  }

  #refuse(client: Watched): void {
    this.refusals++;
    const now = this.#clock.now();
    const earlier = this.#known(client).filter(
      ({ password, until }) => password !== undefined && until + LONGEST_WAIT_MS > now,
    );
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, ...earlier.map((refusal) => refusal.waitMs * 2)));
    this.#forget(client);
    this.#remember(client, client.password, waitMs);
  }

  #remember({ scopes, accounts }: Watched, password: string | undefined, waitMs: number): void {
    this.#remembered.push({ scopes, accounts: [...accounts], password, until: this.#clock.now() + waitMs, waitMs });
  }

  #forget(client: Watched): void {
    const known = this.#known(client);
    this.#remembered = this.#remembered.filter((refusal) => !known.includes(refusal));
  }

  /** What a client must know of, because it or one that shares something with it was told. */
  #known({ scopes, accounts, password }: Watched): Refusal[] {
    return this.#remembered.filter(
      (refusal) =>
        refusal.scopes.some((scope) => scopes.includes(scope)) &&
        refusal.accounts.some((account) => accounts.has(account)) &&
        (refusal.password === undefined || refusal.password === password),
    );
  }
}

function concerns(some: readonly Refusal[], others: readonly Refusal[]): boolean {
  return some.some((refusal) => others.includes(refusal));
}
