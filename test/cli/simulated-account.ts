import assert from "node:assert/strict";
import { ShareSimulator, type ReadingInput, type ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { runHere, type Ran, type World } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";

export const ACCOUNT = { username: "canary-name@example.com", password: "canary-password" };
export const ENV: Readonly<Record<string, string>> = {
  DEXCOM_USERNAME: ACCOUNT.username,
  DEXCOM_PASSWORD: ACCOUNT.password,
};

/** A reading as long ago as its first number says, in minutes. */
export const READINGS: ReadingInput[] = (
  [
    [3, 132, 3],
    [8, 39, 8],
    [13, 401, 0],
    [700, 90, 4],
  ] as const
).map(([ago, mgDl, trend]) => ({
  datetime: NOW - ago * 60_000,
  mgDl,
  trend,
}));

export function simulate(
  readings: readonly ReadingInput[] = READINGS,
  options: Partial<ShareSimulatorOptions> = {},
): ShareSimulator {
  return new ShareSimulator({ accounts: [{ ...ACCOUNT, readings }], clock: fixedClock, ...options });
}

export async function runAgainst(simulator: ShareSimulator, command: string, world: World = {}): Promise<Ran> {
  const ran = await runHere(command.split(" ").filter(Boolean), { env: ENV, fetch: simulator.fetch, ...world });
  assert.doesNotMatch(ran.stdout + ran.stderr, /canary|[\da-f]{8}-[\da-f]{4}-/, "a secret got out");
  return ran;
}
