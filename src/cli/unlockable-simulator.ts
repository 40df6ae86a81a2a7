import type { Delivery } from "../simulator/service/exchange.ts";
import type { WireRequest } from "../simulator/service/wire/wire-request.ts";
import { ShareSimulator } from "../simulator/simulator.ts";
import type { ShareSimulatorOptions } from "../simulator/options.ts";
import { UNLOCK_PATH } from "./unlock-path.ts";

/** Simulator whose lock-outs can be lifted over HTTP, so that a mistyped password costs nobody ten minutes. */
export class UnlockableSimulator extends ShareSimulator {
  readonly #usernames: readonly string[];

  constructor(options: ShareSimulatorOptions & { readonly accounts: readonly { readonly username: string }[] }) {
    super(options);
    this.#usernames = options.accounts.map(({ username }) => username);
  }

  override exchange(request: WireRequest, signal?: AbortSignal): Promise<Delivery | undefined> {
    if (request.method !== "POST" || request.url.pathname !== UNLOCK_PATH) return super.exchange(request, signal);
    for (const username of this.#usernames) this.lockOut(username, 0);
    return Promise.resolve({
      status: 200,
      headers: [["content-type", "text/plain; charset=utf-8"]],
      body: new TextEncoder().encode("All lock-outs are lifted.\n"),
      isBroken: false,
      isPaused: false,
      pause: () => Promise.resolve(),
      end: () => undefined,
    });
  }
}
