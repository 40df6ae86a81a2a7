import type { Clock } from "../clock.ts";
import type { Region } from "../region.ts";
import type { ScenarioName } from "../simulator/scenarios/names.ts";
import { ShareSimulator } from "../simulator/simulator.ts";
import type { PartialCredentials } from "./credentials.ts";

/** Password of the made-up wearers, one of each region. */
export const SIMULATED_PASSWORD = "simulated";

/** Returns the user name of the made-up wearer of a region. */
export function simulatedUsername(region: Region): string {
  return `${region}@example.com`;
}

/** Content of a simulator. */
export interface SimulationOptions {
  readonly seed?: number | undefined;
  readonly scenario?: ScenarioName | undefined;
}

export interface SimulatedAccount {
  readonly username: string;
  readonly password: string;
  readonly region: Region;
  readonly followers?: readonly string[];
}

/** Followers of each of them. */
const FOLLOWERS: readonly string[] = ["Grandmother", "School nurse"];

/** Makes an account of each region. `own` replaces that of its region. */
export function simulatedAccounts(
  own: PartialCredentials & Pick<SimulationOptions, "scenario"> & { readonly region: Region },
): SimulatedAccount[] {
  return (["us", "ous", "jp"] as const).map((region) => ({
    username: (region === own.region ? own.username : undefined) ?? simulatedUsername(region),
    password: own.password ?? SIMULATED_PASSWORD,
    region,
    // An option that is given would replace that of the scenario.
    ...(own.scenario !== "no-follower" && { followers: FOLLOWERS }),
  }));
}

/** Makes the simulator of `--simulate`, in this process. */
export function embedSimulator({ seed, scenario }: SimulationOptions, clock: Clock): ShareSimulator {
  return new ShareSimulator({ accounts: simulatedAccounts({ region: "us", scenario }), clock, seed, scenario });
}
