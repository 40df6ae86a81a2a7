import { SAME_READING_MS } from "../glucose/cadence.ts";
import { elapsedMs, type Clock } from "../clock.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { createNightscoutReads, type NightscoutReads } from "../nightscout/reads/create-reads.ts";
import { assertArgument, checkNames, isObject } from "../validate.ts";
import type { Hub } from "./feed/hub.ts";
import type { Watched } from "./feed/watched.ts";
import type { WebNightscoutOptions } from "./nightscout-options.ts";
import type { ResolvedWebOptions } from "./options.ts";

/** The reads of Nightscout's API below the base path of a handler. They have credentials of their own. */
export class WebNightscout {
  readonly #reads: NightscoutReads;
  readonly #options: ResolvedWebOptions;

  /** @throws {ArgumentError} If an option is invalid. The message never repeats a secret. */
  constructor(given: WebNightscoutOptions, options: ResolvedWebOptions, hub: Hub) {
    assertArgument(isObject(given), "nightscout must be an object with secret or token");
    checkNames("nightscout", given, ["secret", "token", "thresholds", "wearer"]);
    const { wearer: name, thresholds, ...secrets } = given;
    const watched = name === undefined ? hub.watched[0] : hub.watched.find(({ wearer }) => wearer.name === name);
    assertArgument(watched, "nightscout.wearer must be a name in sources");
    const { band, unit, clock } = options;
    this.#options = options;
    this.#reads = createNightscoutReads({
      ...secrets,
      source: { list: (fromMs, toMs, more) => listReadings(hub, watched, { fromMs, toMs, ...more }) },
      units: unit === "mmol/L" ? "mmol" : "mg/dl",
      thresholds: { bgTargetBottom: band.low, bgTargetTop: band.high, ...thresholds },
      clock: serviceClock(watched, clock),
    });
  }

  /**
   * Responds to a request; `undefined` if the path is not one of Nightscout's.
   *
   * @param path Path below the base path.
   */
  async respond(request: Request, url: URL, path: string): Promise<Response | undefined> {
    const { basePath, clientAddress } = this.#options;
    const below = new URL(url);
    below.pathname = path;
    return this.#reads.respond(basePath === "" ? request : new Request(below, request), clientAddress(request));
  }
}

/** Lists the readings of the last day, and what is older from the archive. @throws {RequestError} */
async function listReadings(
  hub: Hub,
  { wearer, archive }: Watched,
  { fromMs, toMs, isNewestEnough }: { fromMs: number; toMs: number; isNewestEnough?: boolean },
): Promise<readonly GlucosePoint[]> {
  await hub.use();
  const all = wearer.readings;
  const own = all.filter(({ datetime }) => datetime.getTime() >= fromMs && datetime.getTime() < toMs);
  const heldFromMs = all[0] ? all[0].datetime.getTime() - SAME_READING_MS : Infinity;
  if (archive === undefined || fromMs >= heldFromMs) return own;
  const to = new Date(Math.min(toMs, heldFromMs, MAX_DATE_MS));
  try {
    return [...(await archive.read(new Date(fromMs), to)), ...own];
  } catch (error) {
    if (isNewestEnough && own.length > 0) return own;
    throw error;
  }
}

const MAX_DATE_MS = 8_640_000_000_000_000;

/** Makes a clock of the service's time: with a wrong clock of the machine every reading would look old. */
function serviceClock({ wearer }: Watched, clock: Clock): Clock {
  return {
    now: () => wearer.now(),
    elapsed: () => elapsedMs(clock),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    hold: (work) => clock.hold?.(work) ?? work,
  };
}
