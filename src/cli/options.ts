import { InvalidArgumentError, Option } from "commander";
import type { GlucoseUnit } from "../glucose/glucose.ts";
import { isRegion, type Region } from "../region.ts";
import { MAX_MINUTES } from "../wire/read-limits.ts";
import { SCENARIOS, type ScenarioName } from "../simulator/scenarios/names.ts";

/** Options that reach an account. Credentials are no options, because every process of a machine can read those. */
export interface ConnectionOptions {
  readonly region?: Region | undefined;
  readonly baseUrl?: string | undefined;
  readonly envFile?: string | undefined;
  readonly simulate?: boolean | undefined;
  readonly seed?: number | undefined;
  readonly scenario?: ScenarioName | undefined;
  readonly speed?: number | undefined;
  /** `false` with `--no-cache`. */
  readonly cache?: boolean | undefined;
}

export const REGIONS: readonly Region[] = ["us", "ous", "jp"];

export const regionOption: Option = new Option("--region <region>", "us, ous (outside the US) or jp").argParser(
  (text) => {
    const region = parseRegion(text);
    if (region === undefined) throw new InvalidArgumentError("It must be us, ous or jp.");
    return region;
  },
);

export const seedOption: Option = new Option("--seed <n>", "which made-up wearer the simulator shows").argParser(
  wholeNumber(0, Number.MAX_SAFE_INTEGER),
);

export const scenarioOption: Option = new Option("--scenario <name>", "what happens in the simulator").choices(
  Object.keys(SCENARIOS),
);

export const speedOption: Option = new Option("--speed <factor>", "how fast time runs in the simulator").argParser(
  positiveNumber,
);

export const simulateOption: Option = new Option(
  "--simulate",
  "read a simulator in this process: no account, no network",
);

/** Options that name an account. */
export const accountOptions: readonly Option[] = [
  regionOption,
  new Option("--base-url <url>", "a proxy or simulator in place of the service").conflicts("simulate"),
  new Option("--env-file <file>", "read DEXCOM_* variables from a file; the environment takes precedence"),
  simulateOption,
  seedOption,
];

export const connectionOptions: readonly Option[] = [
  ...accountOptions,
  scenarioOption,
  speedOption,
  new Option("--no-cache", "keep no session: this run logs in by itself"),
];

export const unitOption: Option = new Option(
  "--unit <unit>",
  "mg/dL or mmol/L (default: DEXCOM_UNIT, or mg/dL)",
).argParser((text) => {
  const unit = parseUnit(text);
  if (unit === undefined) throw new InvalidArgumentError("It must be mg/dL or mmol/L.");
  return unit;
});

export const timezoneOption: Option = new Option(
  "--timezone <zone>",
  "IANA time zone of the wearer, such as Europe/Berlin",
);

export const jsonOption: Option = new Option("--json", "print JSON");

export function minutesOption(fallback?: number): Option {
  return new Option("--minutes <n>", "how far back").argParser(wholeNumber(1, MAX_MINUTES)).default(fallback);
}

/** Makes the parser of an option that is a whole number. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${String(min)} to ${String(max)}.`);
  };
}

/** Parses an option that is a number above 0. */
export function positiveNumber(text: string): number {
  const number = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
  if (number > 0) return number;
  throw new InvalidArgumentError("It must be a number above 0.");
}

/** Reads a unit in any case, with or without `/dL` or `/L`. */
export function parseUnit(text: string): GlucoseUnit | undefined {
  const unit = /^(mg|mmol)(\/d?l)?$/i.exec(text)?.[1]?.toLowerCase();
  if (unit === undefined) return undefined;
  return unit === "mg" ? "mg/dL" : "mmol/L";
}

/** Reads a region in any case. */
export function parseRegion(text: string): Region | undefined {
  const region = text.toLowerCase();
  return isRegion(region) ? region : undefined;
}
