import { InvalidArgumentError, Option } from "commander";
import type { Region } from "../region.ts";
import { MAX_MINUTES } from "../wire/read-limits.ts";
import type { Unit } from "./units.ts";

/** How to reach an account. The credentials are no options: every process of a machine can read those. */
export interface ConnectionOptions {
  readonly region?: Region | undefined;
  readonly baseUrl?: string | undefined;
  readonly simulate?: boolean | undefined;
  readonly seed?: number | undefined;
  /** `false` where `--no-cache` is said. */
  readonly cache?: boolean | undefined;
}

export const regionOption: Option = new Option("--region <region>", "us, ous (outside the US) or jp").choices([
  "us",
  "ous",
  "jp",
]);

export const seedOption: Option = new Option("--seed <n>", "which made-up wearer the simulator shows").argParser(
  wholeNumber(0, Number.MAX_SAFE_INTEGER),
);

export const connectionOptions: readonly Option[] = [
  regionOption,
  new Option("--base-url <url>", "a proxy or simulator in place of the service").conflicts("simulate"),
  new Option("--simulate", "ask a simulator in this process: no account, no network"),
  seedOption,
  new Option("--no-cache", "keep no session: this run logs in by itself"),
];

export const unitOption: Option = new Option("--unit <unit>", "mg/dL or mmol/L").argParser(parseUnit).default("mg/dL");

export const jsonOption: Option = new Option("--json", "print JSON");

export function minutesOption(otherwise: number): Option {
  return new Option("--minutes <n>", "how far back").argParser(wholeNumber(1, MAX_MINUTES)).default(otherwise);
}

/** Parses a whole number of an option. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${String(least)} to ${String(most)}.`);
  };
}

/** Parses a number above 0 of an option. */
export function positiveNumber(text: string): number {
  const number = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
  if (number > 0) return number;
  throw new InvalidArgumentError("It must be a number above 0.");
}

function parseUnit(text: string): Unit {
  const unit = /^(mg|mmol)(\/d?l)?$/i.exec(text)?.[1]?.toLowerCase();
  if (unit === undefined) throw new InvalidArgumentError("It must be mg/dL or mmol/L.");
  return unit === "mg" ? "mg/dL" : "mmol/L";
}
