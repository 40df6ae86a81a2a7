/** The simulated service on loopback, and what it was asked for. */
import { ShareSimulator } from "../../src/simulator/index.ts";
import { listen } from "../../src/simulator/node.ts";

export const ACCOUNT: { readonly username: string; readonly password: string } = {
  username: "someone@example.com",
  password: "correct-horse-battery",
};

export const LOGIN = "LoginPublisherAccountById";

export interface LoopbackService {
  readonly simulator: ShareSimulator;
  readonly url: string;
  close(): Promise<void>;
}

export async function startService(): Promise<LoopbackService> {
  const simulator = new ShareSimulator({ accounts: [ACCOUNT] });
  return { simulator, ...(await listen(simulator)) };
}

/** How often each operation was asked for. */
export function asked(simulator: ShareSimulator, from = 0): { authentications: number; logins: number; reads: number } {
  const count = (name: string): number =>
    simulator.requests.slice(from).filter(({ operation }) => operation === name).length;
  return {
    authentications: count("AuthenticatePublisherAccount"),
    logins: count(LOGIN),
    reads: count("ReadPublisherLatestGlucoseValues"),
  };
}
