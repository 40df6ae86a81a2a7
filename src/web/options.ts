import type { GlucoseArchive } from "../archive/archive.ts";
import type { ChartBand } from "../chart/options.ts";
import { systemClock, type Clock } from "../clock.ts";
import { checkUnit, type GlucoseUnit } from "../glucose/glucose.ts";
import { assertArgument, checkBoolean, checkMethods, checkNames, checkText, isObject } from "../validate.ts";
import { BearerAccess } from "./access/bearer.ts";
import type { WebAlarms } from "./feed/wearer-alarms.ts";
import type { WebNightscoutOptions } from "./nightscout-options.ts";
import type { WebSource } from "./source.ts";

/** Decides if a request may see the readings. */
export type Authorize = (request: Request) => boolean | Promise<boolean>;

/** One wearer of a handler. */
export interface WearerOptions {
  readonly source: WebSource;
  /** Readings beyond 24 hours, for charts and statistics of up to 90 days. The handler does not write to it. */
  readonly archive?: Pick<GlucoseArchive, "read"> | undefined;
  /**
   * Alarms that judge the readings. The page shows them. The handler then follows the wearer from its creation on, even
   * without viewers. The page can acknowledge and snooze them.
   */
  readonly alarms?: WebAlarms | undefined;
}

interface CommonOptions {
  /** Who may see the readings: `bearer(token)`, or a function. Required unless `public` is `true`. */
  readonly authorize?: BearerAccess | Authorize | undefined;
  /** `true` shows the readings to everyone who reaches the handler. */
  readonly public?: boolean | undefined;
  /** Path before all routes, such as `"/glucose"`. @default "" */
  readonly basePath?: string | undefined;
  /** Names that the `Host` header may have, without a port. @default any */
  readonly hosts?: readonly string[] | undefined;
  /** Origins whose pages may read the JSON, such as `"https://example.com"`. @default no origin */
  readonly origins?: readonly string[] | undefined;
  /** Pages that may show this one in a frame, as in `frame-ancestors`. @default "'none'" */
  readonly frameAncestors?: string | undefined;
  /** Address of the client. With it, an address that sends ten wrong tokens has to wait for ten minutes. */
  readonly clientAddress?: ((request: Request) => string | undefined) | undefined;
  /** Tells if the client uses https, for the cookie. Give it behind a proxy. @default the protocol of `request.url` */
  readonly isSecure?: ((request: Request) => boolean) | undefined;
  /** Unit of the page until the viewer chooses. @default "mg/dL" */
  readonly unit?: GlucoseUnit | undefined;
  /** Target range in mg/dL. @default { low: 70, high: 180 } */
  readonly band?: ChartBand | undefined;
  /**
   * `false` reads when a request comes instead of following: for Workers, in which nothing runs between two requests.
   * There are no events then, and the page asks every 30 s. @default true
   */
  readonly live?: boolean | undefined;
  /** Follows from the creation of the handler on, viewers or not. @default false, or `true` with `alarms` */
  readonly alwaysOn?: boolean | undefined;
  /** Streams of events that are open at the same time. @default 1000 */
  readonly maxViewers?: number | undefined;
  /** Serves the reads of Nightscout's API, too, with credentials of their own. @default not served */
  readonly nightscout?: WebNightscoutOptions | undefined;
  /** Clock of the client. @default real time */
  readonly clock?: Clock | undefined;
}

/** Options of `createHandler()`: one `source`, or several by name in `sources`. */
export interface WebHandlerOptions extends CommonOptions, Partial<WearerOptions> {
  /** Wearers by name, in the order in which the page shows them. */
  readonly sources?: Readonly<Record<string, WebSource | WearerOptions>> | undefined;
}

/** Options, checked and complete. */
export interface ResolvedWebOptions {
  /** Wearers by name, which is empty if one `source` was given. */
  readonly wearers: ReadonlyMap<string, WearerOptions>;
  /** `undefined` lets everybody in. */
  readonly authorize: BearerAccess | Authorize | undefined;
  readonly basePath: string;
  readonly hosts: readonly string[] | undefined;
  readonly origins: readonly string[];
  readonly frameAncestors: string;
  readonly clientAddress: (request: Request) => string | undefined;
  readonly isSecure: (request: Request) => boolean;
  readonly unit: GlucoseUnit;
  readonly band: ChartBand;
  readonly isLive: boolean;
  readonly isAlwaysOn: boolean;
  readonly maxViewers: number;
  readonly clock: Clock;
}

const OPTION_NAMES: readonly string[] = [
  "source",
  "sources",
  "archive",
  "alarms",
  "authorize",
  "public",
  "basePath",
  "hosts",
  "origins",
  "frameAncestors",
  "clientAddress",
  "isSecure",
  "unit",
  "band",
  "live",
  "alwaysOn",
  "maxViewers",
  "nightscout",
  "clock",
] satisfies readonly (keyof WebHandlerOptions)[];

/** @throws {ArgumentError} If an option is invalid or unknown, or nothing says who may see the readings. */
export function resolveWebOptions(options: WebHandlerOptions): ResolvedWebOptions {
  assertArgument(isObject(options), "options must be an object");
  checkNames("options", options, OPTION_NAMES);
  const wearers = checkWearers(options);
  const hasAlarms = [...wearers.values()].some(({ alarms }) => alarms !== undefined);
  const isLive = checkBoolean("live", options.live ?? true);
  assertArgument(isLive || !(hasAlarms || options.alwaysOn), "alarms and alwaysOn need live: true");
  const { unit = "mg/dL", clock = systemClock, maxViewers = 1000 } = options;
  checkUnit(unit);
  assertArgument(Number.isSafeInteger(maxViewers) && maxViewers > 0, "maxViewers must be a whole number above 0");
  checkMethods("clock", clock, ["now", "sleep"]);
  return {
    wearers,
    authorize: checkAccess(options),
    basePath: checkBasePath(options.basePath ?? ""),
    hosts: options.hosts && checkTexts("hosts", options.hosts).map((host) => host.toLowerCase()),
    origins: checkTexts("origins", options.origins ?? []),
    frameAncestors: checkFrameAncestors(options.frameAncestors ?? "'none'"),
    clientAddress: checkFunction("clientAddress", options.clientAddress) ?? (() => undefined),
    isSecure: checkFunction("isSecure", options.isSecure) ?? (({ url }) => new URL(url).protocol === "https:"),
    unit,
    band: checkBand(options.band ?? { low: 70, high: 180 }),
    isLive,
    isAlwaysOn: checkBoolean("alwaysOn", options.alwaysOn ?? hasAlarms),
    maxViewers,
    clock,
  };
}

function checkWearers(options: WebHandlerOptions): ReadonlyMap<string, WearerOptions> {
  const { source, sources, archive, alarms } = options;
  assertArgument((source === undefined) !== (sources === undefined), "give either source or sources");
  if (source !== undefined) return new Map([["", checkWearer("source", { source, archive, alarms })]]);
  assertArgument(archive === undefined && alarms === undefined, "archive and alarms belong to each of the sources");
  assertArgument(isObject(sources) && Object.keys(sources).length > 0, "sources must have at least one wearer");
  return new Map(
    Object.entries(sources).map(([name, given]) => {
      assertArgument(/^[^\p{Cc}]{1,60}$/u.test(name.trim()), "a name in sources must have 1 to 60 characters");
      const isBare = isObject(given) && "watch" in given;
      return [name, checkWearer(`sources.${name}`, isBare ? { source: given } : given)];
    }),
  );
}

function checkWearer(name: string, given: WearerOptions): WearerOptions {
  assertArgument(isObject(given), `${name} must be a client, or an object with source`);
  checkNames(name, given, ["source", "archive", "alarms"]);
  checkMethods(name, given.source, ["watch", "getGlucoseReadings"]);
  if (given.archive !== undefined) checkMethods("archive", given.archive, ["read"]);
  if (given.alarms !== undefined) {
    checkMethods("alarms", given.alarms, ["update", "tick", "report", "snooze", "acknowledge"]);
  }
  return given;
}

function checkAccess({ authorize, public: isPublic }: WebHandlerOptions): ResolvedWebOptions["authorize"] {
  if (isPublic !== undefined) checkBoolean("public", isPublic);
  assertArgument(
    (authorize !== undefined) !== (isPublic === true),
    "give authorize, such as bearer(token), or public: true if everyone may see the readings",
  );
  assertArgument(
    authorize === undefined || authorize instanceof BearerAccess || typeof authorize === "function",
    "authorize must be bearer(token) or a function",
  );
  return authorize;
}

function checkBasePath(path: string): string {
  assertArgument(/^(\/[\w.~-]+)*\/?$/.test(path), 'basePath must be a path such as "/glucose"');
  return path.replace(/\/$/, "");
}

function checkTexts(name: string, texts: readonly string[]): readonly string[] {
  const isList: boolean = Array.isArray(texts);
  assertArgument(isList, `${name} must be an array`);
  return texts.map((text) => checkText(name, text));
}

function checkFrameAncestors(text: string): string {
  checkText("frameAncestors", text);
  assertArgument(/^[\w:/.*' -]+$/.test(text), "frameAncestors must be a list as in the header, without a semicolon");
  return text;
}

function checkFunction<T extends (request: Request) => unknown>(name: string, value: T | undefined): T | undefined {
  assertArgument(value === undefined || typeof value === "function", `${name} must be a function`);
  return value;
}

function checkBand(band: ChartBand): ChartBand {
  const isBand = isObject(band) && band.low >= 40 && band.high <= 400 && band.low < band.high;
  assertArgument(isBand, "band must be { low, high } in mg/dL, from 40 to 400");
  return { low: band.low, high: band.high };
}
