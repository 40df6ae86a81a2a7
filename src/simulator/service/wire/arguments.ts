import { Fault, FrontRefusal } from "./fault.ts";
import { parseGuid, ZEROS } from "./guid.ts";

/**
 * Arguments of a request: its query and the object in its body, names in any case. The query goes first, because the
 * recorded reads have their arguments there beside a body of `{}` (PROTOCOL.md, "Glucose values").
 */
export class CallArguments {
  readonly #query = new Map<string, string>();
  readonly #body = new Map<string, unknown>();
  readonly #names = new Map<string, string>();
  /** The body as JSON; `undefined` if it is not JSON. */
  readonly json: unknown;
  /** Why the body could not be read, if it could not. */
  readonly #malformed: string | undefined;

  constructor(query: URLSearchParams, body: string) {
    for (const [name, value] of query) this.#keep(this.#query, name, value);
    if (body.trim() === "") return;
    try {
      const parsed: unknown = JSON.parse(body);
      this.json = parsed;
      if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return;
      for (const [name, value] of Object.entries(parsed)) this.#keep(this.#body, name, value);
    } catch {
      // The rest of Jackson's sentence is not on record, and V8's would quote the body.
      this.#malformed = "Unexpected character";
    }
  }

  #keep<T>(where: Map<string, T>, name: string, value: T): void {
    where.set(name.toLowerCase(), value);
    this.#names.set(name.toLowerCase(), name);
  }

  /** Everything that was given, by the names as they were spelt; and which of it came in the query. */
  given(): { values: [name: string, value: unknown][]; inQuery: string[] } {
    const name = (key: string): string => this.#names.get(key) ?? key;
    return {
      values: [...new Map<string, unknown>([...this.#body, ...this.#query])].map(([key, value]) => [name(key), value]),
      inQuery: [...this.#query.keys()].map(name),
    };
  }

  /** @throws Fault if the body is no JSON */
  requireWellFormed(): void {
    if (this.#malformed !== undefined) throw invalid(`JSON parse error: ${this.#malformed}`);
  }

  /**
   * A text of the body; numbers are taken as text, as the recorded refusal of an account id `1` shows.
   *
   * @throws Fault naming the field if it is missing or empty, as older responses do (PROTOCOL.md, "Fault codes"). What
   * today's service answers then is not on record
   */
  text(name: string): string {
    const value = this.#body.get(name.toLowerCase());
    if (value === undefined || value === null || value === "") throw invalid(name);
    if (typeof value === "object") throw invalid(cannotDeserialize("java.lang.String", value));
    return String(value);
  }

  /** A text, the query first. @throws Fault naming it if it is missing or empty */
  textAnywhere(name: string): string {
    return this.#query.get(name.toLowerCase()) || this.text(name);
  }

  /**
   * An id of the body in lower case; an empty one is all zeros (PROTOCOL.md, "Account id to session id"). @throws
   * Fault
   */
  guid(name: string): string {
    const value = this.#body.get(name.toLowerCase());
    if (value === undefined || value === null) throw invalid(name);
    if (value === "") return ZEROS;
    // The recorded text is that of a wrong length; wrong digits in 36 characters get the same response here.
    const guid = typeof value === "object" ? undefined : parseGuid(String(value));
    if (guid === undefined) throw invalid(cannotDeserialize("java.util.UUID", value));
    return guid;
  }

  /**
   * As `guid`, but the query goes first. @throws FrontRefusal (400) if the query holds no id (PROTOCOL.md,
   * "Transport")
   */
  guidAnywhere(name: string): string {
    const inQuery = this.#query.get(name.toLowerCase());
    if (inQuery === undefined) return this.guid(name);
    const guid = parseGuid(inQuery);
    if (guid === undefined) throw new FrontRefusal(400);
    return guid;
  }

  /** A whole number. Anything else is not on record: it gets the response to a wrong id. @throws Fault, FrontRefusal */
  integerAnywhere(name: string): number {
    const inQuery = this.#query.get(name.toLowerCase());
    const value = inQuery ?? this.#body.get(name.toLowerCase());
    if (value === undefined || value === null || value === "") throw invalid(name);
    const isInteger = typeof value === "string" ? /^[+-]?\d+$/.test(value) : Number.isInteger(value);
    if (isInteger) return Number(value);
    throw inQuery === undefined ? invalid(cannotDeserialize("int", value)) : new FrontRefusal(400);
  }
}

export function invalid(what: string): Fault {
  return new Fault("InvalidArgument", `Missing required field(s): ${what}`);
}

/**
 * Jackson's sentence; the one for a text is recorded whole, of the others only how they begin (PROTOCOL.md, "Fault
 * codes").
 */
function cannotDeserialize(type: string, value: unknown): string {
  const from = Array.isArray(value)
    ? "Array value (token `JsonToken.START_ARRAY`)"
    : typeof value === "object"
      ? "Object value (token `JsonToken.START_OBJECT`)"
      : `String "${String(value)}"`;
  const why =
    typeof value === "object"
      ? ""
      : type === "java.util.UUID"
        ? ": UUID has to be represented by standard 36-char representation"
        : ": not a valid representation";
  return `JSON parse error: Cannot deserialize value of type \`${type}\` from ${from}${why}`;
}
