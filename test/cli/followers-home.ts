import assert from "node:assert/strict";
import { ShareSimulator, VirtualClock, type Injection, type OperationName } from "../../src/simulator/index.ts";
import { runHere, type Ran, type World } from "./harness.ts";
import { NOW } from "./moment.ts";

export const ACCOUNT = { username: "canary-name@example.com", password: "canary-password" };
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password };
export const DAY_MS = 86_400_000;
export const INVITE: string[] = ["invite", "Gran", "--email", "gran@example.com", "--display-name", "Sam"];

export const READ: readonly (string | undefined)[] = [
  "AuthenticatePublisherAccount",
  "LoginPublisherAccountById",
  "ListPublisherAccountSubscriptions",
];

interface Home {
  readonly clock: VirtualClock;
  readonly simulator: ShareSimulator;
  followers(argv: readonly string[], world?: World): Promise<Ran>;
  /** What was asked that changes an account. */
  changes(): (string | undefined)[];
}

export function home(names: readonly string[] = ["Aunt", "Uncle"]): Home {
  const clock = new VirtualClock(NOW);
  const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, followers: names }], clock });
  const secrets = [ACCOUNT.password];
  const watched: typeof fetch = async (input, init) => {
    const response = await simulator.fetch(input, init);
    if (/LoginPublisherAccountById$/.test(input as string)) secrets.push((await response.clone().text()).slice(1, -1));
    return response;
  };
  return {
    clock,
    simulator,
    async followers(argv, world = {}) {
      const ran = await clock.runUntil(runHere(["followers", ...argv], { env: ENV, fetch: watched, clock, ...world }));
      assert.ok(
        secrets.every((secret) => secret !== "" && !(ran.stdout + ran.stderr).includes(secret)),
        "a secret got out",
      );
      return ran;
    },
    changes: () => simulator.requests.flatMap(({ operation }) => (READ.includes(operation) ? [] : [operation])),
  };
}

export const inject = ({ simulator }: Home, operation: OperationName, fault: Injection): void =>
  void simulator.inject({ operation, ...fault });

export const lost: Injection = { drop: "before-headers", isProcessed: true, times: 1 };
