import type { AccountBook } from "./service/accounts/account-book.ts";
import type { CallArguments } from "./service/wire/arguments.ts";
import type { OperationName } from "./service/operation.ts";
import type { Service } from "./service/service.ts";
import type { SessionTable } from "./service/accounts/session-table.ts";

/** One request as the simulator saw it. Passwords and session ids are replaced by `"***"`. */
export interface RecordedRequest {
  /** `undefined` if the path is no operation's. */
  readonly operation: OperationName | undefined;
  readonly method: string;
  readonly origin: string;
  /** Without the query. */
  readonly path: string;
  /** Time of the request by the simulator's clock, in milliseconds since the Unix epoch. */
  readonly timeMs: number;
  /** Arguments of query and body, by their names as sent. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Names of the arguments that were in the URL. */
  readonly inQuery: readonly string[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Status of the response; `undefined` before it, and if the connection was dropped. */
  readonly status: number | undefined;
  /** `Code` of the fault, if the response was a fault. */
  readonly code: string | undefined;
}

/** An entry before its response. */
export type OpenEntry = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

const MASK = "***";
const SECRET_NAMES: ReadonlySet<string> = new Set(["password", "sessionid", "secret", "token"]);
const SECRET_HEADERS: ReadonlySet<string> = new Set(["api-secret", "authorization", "cookie", "proxy-authorization"]);
const GUIDS = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;

/** Requests, oldest first. */
export class RequestLog {
  readonly entries: OpenEntry[] = [];
  readonly #accounts: AccountBook;
  readonly #sessions: SessionTable;

  readonly #maxEntries: number;

  constructor({ accounts, sessions, settings }: Service) {
    this.#accounts = accounts;
    this.#sessions = sessions;
    this.#maxEntries = settings.maxLoggedRequests;
  }

  add(
    request: { readonly method: string; readonly url: URL; readonly headers: Headers },
    operation: OperationName | undefined,
    given: CallArguments,
    timeMs: number,
  ): OpenEntry {
    const { method, url, headers } = request;
    const { values, inQuery } = given.given();
    const entry: OpenEntry = {
      operation,
      method,
      origin: url.origin,
      path: this.#masked(url.pathname) as string,
      timeMs,
      arguments: this.#maskedMembers(values, SECRET_NAMES),
      inQuery: inQuery.map((name) => this.#masked(name) as string),
      headers: this.#maskedMembers([...headers], SECRET_HEADERS) as Record<string, string>,
      status: undefined,
      code: undefined,
    };
    this.#keep(entry);
    return entry;
  }

  /** Drops many at a time: taking the first of a long array off moves all the others. */
  #keep(entry: OpenEntry): void {
    if (this.#maxEntries === 0) return;
    if (this.entries.length >= this.#maxEntries) this.entries.splice(0, Math.ceil(this.#maxEntries / 10));
    this.entries.push(entry);
  }

  #maskedMembers(
    members: Iterable<readonly [string, unknown]>,
    secretNames: ReadonlySet<string>,
  ): Record<string, unknown> {
    return Object.fromEntries(
      [...members].map(([name, value]) => [
        this.#masked(name),
        secretNames.has(name.toLowerCase()) ? MASK : this.#masked(value),
      ]),
    );
  }

  /** The same without any known secret: a client may have sent it in an unexpected place. */
  #masked(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#masked(item));
    if (typeof value === "object" && value !== null) return this.#maskedMembers(Object.entries(value), SECRET_NAMES);
    if (typeof value !== "string") return this.#accounts.passwords.has(String(value)) ? MASK : value;
    if (this.#accounts.passwords.has(value)) return MASK;
    const text = value.replace(GUIDS, (guid) => (this.#sessions.find(guid.toLowerCase()) === undefined ? guid : MASK));
    return this.#accounts.passwords.mask(text, MASK);
  }
}
