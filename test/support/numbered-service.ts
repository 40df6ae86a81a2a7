import type { VirtualClock } from "../../src/simulator/index.ts";

/** How the service behaves towards one client, each list read from its start and then from its start again. */
export interface Pace {
  /** Milliseconds until each response. */
  readonly latenciesMs: readonly number[];
  /** How long each session lasts, in milliseconds. */
  readonly lifetimesMs: readonly number[];
}

const ACCOUNT_ID = "99999999-9999-9999-9999-999999999999";
const RECORD = {
  WT: "Date(1691239553000)",
  ST: "Date(1691239553000)",
  DT: "Date(1691239553000-0400)",
  Value: 132,
  Trend: "Flat",
};

/** The number of a session: those opened later have higher ones. */
export function numberOf(sessionId: string): number {
  return Number(sessionId.slice(-12));
}

/**
 * The reading part of the service on a virtual clock, with sessions that are numbered, and with a count of the logins
 * that each client has on their way.
 */
export class NumberedService {
  /** The most requests with the password that one client had open at once. */
  mostLogins = 0;
  /** Logins that opened a session. */
  opened = 0;
  /** Sessions that a read was refused for. */
  readonly refused: Set<string> = new Set();
  #requests = 0;
  readonly #endsAt = new Map<string, number>();
  readonly #clock: VirtualClock;
  readonly #pace: Pace;

  constructor(clock: VirtualClock, pace: Pace) {
    this.#clock = clock;
    this.#pace = pace;
  }

  /** What one client reaches the service by. */
  makeFetch(): typeof globalThis.fetch {
    let openLogins = 0;
    return async (input, init) => {
      const url = input as string;
      const isRead = url.includes("/Read");
      if (!isRead) this.mostLogins = Math.max(this.mostLogins, ++openLogins);
      try {
        const { latenciesMs } = this.#pace;
        const latencyMs = latenciesMs[this.#requests++ % latenciesMs.length]!;
        const signal = init?.signal ?? undefined;
        // There, and back again: what was true there may be so no more when it is heard.
        await this.#clock.sleep(latencyMs / 2, signal);
        const response = isRead ? this.#read(init?.body as string) : this.#logIn(url);
        await this.#clock.sleep(latencyMs / 2, signal);
        return response;
      } finally {
        if (!isRead) openLogins--;
      }
    };
  }

  /** Ends every session. */
  expire(): void {
    for (const id of this.#endsAt.keys()) this.#endsAt.set(id, 0);
  }

  #logIn(url: string): Response {
    if (url.includes("/Authenticate")) return Response.json(ACCOUNT_ID);
    const id = `5e551000-0000-0000-0000-${String(++this.opened).padStart(12, "0")}`;
    const { lifetimesMs } = this.#pace;
    this.#endsAt.set(id, this.#clock.now() + lifetimesMs[this.opened % lifetimesMs.length]!);
    return Response.json(id);
  }

  #read(body: string): Response {
    const { sessionId } = JSON.parse(body) as { sessionId: string };
    if ((this.#endsAt.get(sessionId) ?? 0) > this.#clock.now()) return Response.json([RECORD]);
    this.refused.add(sessionId);
    return Response.json({ Code: "SessionNotValid", Message: `[SessionId = ${sessionId}]` }, { status: 500 });
  }
}
