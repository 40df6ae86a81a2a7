import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import type { GlucoseUnit } from "../glucose/glucose.ts";
import { UsageError } from "./exit.ts";
import type { Io } from "./io.ts";
import { parseUnit, simulateOption, unitOption, type ConnectionOptions } from "./options.ts";
import type { Subcommand } from "./subcommand.ts";
import { askAheadMs } from "./remote-time.ts";
import { shift, speedUp } from "./shared-time.ts";

type CommonOptions = ConnectionOptions & { readonly unit?: GlucoseUnit | undefined };

/** Options and world of one run, with everything that the environment decides. */
export interface Prepared {
  readonly options: CommonOptions;
  readonly io: Io;
}

/**
 * Fills in what the command line leaves to the environment: the file of `--env-file`, `DEXCOM_UNIT`, `DEXCOM_BASE_URL`,
 * and the clock of `--speed`.
 *
 * @throws {UsageError} If a variable has no valid value, or the file can't be read.
 */
export async function prepare(subcommand: Subcommand<never>, given: CommonOptions, outer: Io): Promise<Prepared> {
  const env = given.envFile === undefined ? outer.env : { ...(await readEnvFile(given.envFile)), ...outer.env };
  const reads = subcommand.options.includes(simulateOption);
  const options = {
    ...given,
    ...(subcommand.options.includes(unitOption) && { unit: given.unit ?? unitFromEnv(env) }),
    ...(reads && !given.simulate && { baseUrl: given.baseUrl ?? (env["DEXCOM_BASE_URL"] || undefined) }),
  };
  if (reads && given.scenario !== undefined && !given.simulate) throw new UsageError("--scenario needs --simulate.");
  const clock = reads ? await clockOf(options, outer) : outer.clock;
  // A copy would read `stdin`, which opens it.
  const io = Object.create(outer, { env: { value: env }, clock: { value: clock } }) as Io;
  return { options, io };
}

/** Reads the variables of a file. A variable of the real environment takes precedence, as with `node --env-file`. */
async function readEnvFile(file: string): Promise<Record<string, string | undefined>> {
  try {
    return parseEnv(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(`--env-file: The file can't be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}).`);
  }
}

function unitFromEnv(env: Io["env"]): GlucoseUnit {
  const text = env["DEXCOM_UNIT"] || "mg/dL";
  const unit = parseUnit(text);
  if (unit === undefined) throw new UsageError("DEXCOM_UNIT must be mg/dL or mmol/L.");
  return unit;
}

/** Returns the clock of the simulator that is read. */
async function clockOf({ simulate, baseUrl, speed = 1 }: ConnectionOptions, io: Io): Promise<Io["clock"]> {
  if (speed === 1) return io.clock;
  if (simulate) {
    const { ScaledClock } = await import("../simulator/clock/scaled-clock.ts");
    return new ScaledClock({ speed, clock: io.clock });
  }
  if (baseUrl === undefined) throw new UsageError("--speed needs --simulate, or the --base-url of a simulator.");
  return speedUp(shift(io.clock, -(await askAheadMs(baseUrl, io))), speed);
}
