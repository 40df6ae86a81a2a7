import type { Clock } from "../clock.ts";
import type { Region } from "../region.ts";
import { ShareSimulator } from "../simulator/simulator.ts";
import type { PartialCredentials } from "./credentials.ts";

/** The made-up wearers, one of each region. */
export const SIMULATED_PASSWORD = "simulated";

/** The user name of the made-up wearer of a region. */
export function simulatedUsername(region: Region): string {
  return `${region}@example.com`;
}

export interface SimulatedAccount {
  readonly username: string;
  readonly password: string;
  readonly region: Region;
  readonly followers: readonly string[];
}

/** Who follows each of them. */
const FOLLOWERS: readonly string[] = ["Grandmother", "School nurse"];

/** An account of each region; `own` stands in the place of its region's. */
export function simulatedAccounts(own: PartialCredentials & { readonly region: Region }): SimulatedAccount[] {
  return (["us", "ous", "jp"] as const).map((region) => ({
    username: (region === own.region ? own.username : undefined) ?? simulatedUsername(region),
    password: own.password ?? SIMULATED_PASSWORD,
    region,
    followers: FOLLOWERS,
  }));
}

/** A simulator for `--simulate`, in this process. */
export function embedSimulator(clock: Clock, seed: number | undefined): ShareSimulator {
  return new ShareSimulator({ accounts: simulatedAccounts({ region: "us" }), clock, seed });
}
