import { systemClock, type Clock } from "../../clock.ts";
import { assertArgument, checkMethods, checkNames, checkText, isObject } from "../../validate.ts";
import type { NightscoutThresholds, NightscoutUnits, ReadSettings } from "./context.ts";
import { ReadCredentials, type ReadSecrets } from "./credentials.ts";
import { refuse } from "./reply.ts";
import { findRoute, type Destination } from "./routes.ts";
import type { NightscoutSource } from "./served-entry.ts";
import { verifyAuth } from "./status.ts";
import { WrongSecrets } from "./wrong-secrets.ts";

/** Options of `createNightscoutReads()`. At least one of `secret` and `token` is needed. */
export interface NightscoutReadsOptions {
  readonly source: NightscoutSource;
  /** API secret, in the clear. Clients send its SHA-1 or SHA-512 digest. */
  readonly secret?: string | undefined;
  /** Access token. Clients send it as it is. */
  readonly token?: string | undefined;
  /** Units that clients are told to show. Entries are in mg/dL all the same. @default "mg/dl" */
  readonly units?: NightscoutUnits | undefined;
  /** Thresholds in mg/dL that clients are told. @default bgHigh 260, bgTargetTop 180, bgTargetBottom 80, bgLow 55 */
  readonly thresholds?: { readonly [Name in keyof NightscoutThresholds]?: number | undefined } | undefined;
  /** @default real time */
  readonly clock?: Clock | undefined;
}

/** Responds to the requests of Nightscout's readers. */
export interface NightscoutReads {
  /**
   * Makes the response to a request; `undefined` if the path is not one of Nightscout's.
   *
   * @param request Its path begins at the base of the site, such as `/api/v1/entries.json`.
   * @param address Address of the client, by which wrong secrets are limited. Without it they are not limited.
   */
  respond(request: Request, address?: string): Promise<Response | undefined>;
}

const OPTION_NAMES: readonly string[] = [
  "source",
  "secret",
  "token",
  "units",
  "thresholds",
  "clock",
] satisfies readonly (keyof NightscoutReadsOptions)[];

const THRESHOLDS: NightscoutThresholds = { bgHigh: 260, bgTargetTop: 180, bgTargetBottom: 80, bgLow: 55 };

/**
 * Makes the reads of Nightscout's API from readings, without a Nightscout.
 *
 * @throws {ArgumentError} If an option is invalid. The message never repeats a secret.
 */
export function createNightscoutReads(options: NightscoutReadsOptions): NightscoutReads {
  assertArgument(isObject(options), "options must be an object");
  checkNames("options", options, OPTION_NAMES);
  const { source, secret, token, clock = systemClock } = options;
  checkMethods("source", source, ["list"]);
  checkMethods("clock", clock, ["now", "sleep"]);
  assertArgument(secret !== undefined || token !== undefined, "Give secret, token or both");
  for (const [name, value] of Object.entries({ secret, token })) if (value !== undefined) checkText(name, value);
  return new Reads(source, { secret, token, clock, settings: settingsOf(options) });
}

class Reads implements NightscoutReads {
  readonly #source: NightscoutSource;
  readonly #clock: Clock;
  readonly #settings: ReadSettings;
  readonly #credentials: ReadCredentials;
  readonly #wrongSecrets: WrongSecrets;

  constructor(
    source: NightscoutSource,
    { clock, settings, ...secrets }: ReadSecrets & { readonly clock: Clock; readonly settings: ReadSettings },
  ) {
    this.#source = source;
    this.#clock = clock;
    this.#settings = settings;
    this.#credentials = new ReadCredentials(secrets, clock);
    this.#wrongSecrets = new WrongSecrets(clock);
  }

  async respond(request: Request, address?: string): Promise<Response | undefined> {
    const url = new URL(request.url);
    const route = findRoute(url.pathname);
    if (route === undefined) return undefined;
    const response = await this.#respondTo(route, { request, url, address });
    // HEAD gets what GET gets, without the body.
    return request.method === "HEAD" ? new Response(null, response) : response;
  }

  async #respondTo(
    route: Destination,
    { request, url, address }: { readonly request: Request; readonly url: URL; readonly address: string | undefined },
  ): Promise<Response> {
    if (route === "unknown") return refuse(404, "Not found");
    if (request.method !== "GET" && request.method !== "HEAD") {
      return refuse(405, "Method not allowed", { allow: "GET, HEAD" });
    }
    const blockedMs = this.#wrongSecrets.blockedMs(address);
    if (blockedMs > 0) return tooMany(blockedMs);
    const { verdict, guesses } = await this.#credentials.check(request, url);
    // The right secret is refused, too, if requests that came at the same time have used up the guesses.
    const waitMs =
      verdict === "wrong" ? this.#wrongSecrets.note(address, guesses) : this.#wrongSecrets.blockedMs(address);
    if (waitMs > 0) return tooMany(waitMs);
    if (route === "verifyauth") return verifyAuth(verdict === "right");
    if (verdict !== "right") return refuse(401, "Unauthorized");
    const context = { ...this.#settings, request, url, source: this.#source, nowMs: this.#clock.now() };
    return route.respond({ ...context, extension: route.extension, rest: route.rest });
  }
}

function settingsOf({ units = "mg/dl", thresholds = {} }: NightscoutReadsOptions): ReadSettings {
  assertArgument(["mg/dl", "mmol"].includes(units), 'units must be "mg/dl" or "mmol"');
  assertArgument(isObject(thresholds), "thresholds must be an object");
  checkNames("thresholds", thresholds, Object.keys(THRESHOLDS));
  const given = Object.entries<number | undefined>(thresholds).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    assertArgument(Number.isFinite(value) && value! > 0, `thresholds.${name} must be a figure in mg/dL`);
  }
  return { units, thresholds: { ...THRESHOLDS, ...Object.fromEntries(given) } };
}

function tooMany(waitMs: number): Response {
  return refuse(429, "Too many wrong secrets", { "retry-after": String(Math.ceil(waitMs / 1000)) });
}
