import assert from "node:assert/strict";
import type { Clock } from "../../src/index.ts";
import { ShareSimulator, type AccountOptions, type ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { runHere, type Ran, type World } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";

export const ACCOUNT = {
  username: "canary-name@example.com",
  password: "canary-password",
  accountId: "ca4a2700-9999-9999-9999-999999999999",
};

export const ENV: Readonly<Record<string, string>> = {
  DEXCOM_USERNAME: ACCOUNT.username,
  DEXCOM_PASSWORD: ACCOUNT.password,
};
export const HOURS = 3_600_000;
export const LOGINS: readonly string[] = ["AuthenticatePublisherAccount", "LoginPublisherAccountById"];
export const READ = "ReadPublisherLatestGlucoseValues";

export function simulate(
  account: Partial<AccountOptions> = {},
  options: Partial<ShareSimulatorOptions> = {},
): ShareSimulator {
  const readings = [1, 6, 11].map((ago) => ({ datetime: NOW - ago * 60_000, mgDl: 187 }));
  return new ShareSimulator({ accounts: [{ ...ACCOUNT, readings, ...account }], clock: fixedClock, ...options });
}

export interface Report {
  readonly ok: boolean;
  readonly failedStep: string | null;
  readonly exitCode: number;
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly summary: string;
    readonly advice?: readonly string[];
    readonly details?: Record<string, unknown>;
  }[];
}

/** No name, no id, no password, no figure, no host of one's own, and nothing of any of them. */
export function assertPublic({ stdout, stderr }: Ran): void {
  for (const secret of [/canary/i, /ca4a2700/, /[\da-f]{8}-[\da-f]{4}/i, /187/, /10\.4/, /my\.own\.host/]) {
    assert.doesNotMatch(stdout + stderr, secret);
  }
}

/** Posts that held the password: of a refused login the first, of an accepted one by user name two. */
export function loginPosts(simulator: ShareSimulator): string[] {
  return simulator.requests.map(({ operation }) => String(operation)).filter((name) => LOGINS.includes(name));
}

export async function diagnose(world: World, ...argv: string[]): Promise<Ran & { report: Report }> {
  const text = await runHere(["doctor", ...argv], { env: ENV, ...world });
  assertPublic(text);
  const json = await runHere(["doctor", "--json", ...argv], { env: ENV, ...world });
  assertPublic(json);
  const report = JSON.parse(json.stdout) as Report;
  assert.equal(report.exitCode, json.exitCode);
  assert.equal(text.exitCode, json.exitCode);
  assert.match(
    text.stdout,
    report.failedStep === null ? /All is well/ : new RegExp(`^failed   ${report.failedStep} `, "m"),
  );
  return { ...text, report };
}

export const asked = (clockOff: number): Clock => ({ ...fixedClock, now: () => NOW + clockOff });
