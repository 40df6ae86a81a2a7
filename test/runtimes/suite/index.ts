/** The behaviour that every runtime must show, from the built package: run by each of the drivers as it is. */
import { ABORT } from "./abort.ts";
import { ALARMS } from "./alarms.ts";
import { ARCHIVE } from "./archive.ts";
import type { Case, Network } from "./case.ts";
import { CHART } from "./chart.ts";
import { DEADLINE } from "./deadline.ts";
import { HEAL } from "./heal.ts";
import { LOGIN } from "./login.ts";
import { NETWORK } from "./network.ts";
import { NIGHTSCOUT } from "./nightscout.ts";
import { PARSE } from "./parse.ts";
import { POLL } from "./poll.ts";
import { RETRY } from "./retry.ts";
import { SEALING } from "./sealing.ts";
import { SECRECY } from "./secrecy.ts";
import { SHARING } from "./sharing.ts";
import { SIMULATOR } from "./simulator.ts";
import { STATISTICS } from "./statistics.ts";
import { WATCH } from "./watch.ts";
import { WEB } from "./web.ts";

/** A topic a line. */
const TOPICS: Readonly<Record<string, readonly Case[]>> = {
  login: LOGIN,
  heal: HEAL,
  retry: RETRY,
  abort: ABORT,
  deadline: DEADLINE,
  parse: PARSE,
  watch: WATCH,
  poll: POLL,
  simulator: SIMULATOR,
  sealing: SEALING,
  secrecy: SECRECY,
  sharing: SHARING,
  chart: CHART,
  archive: ARCHIVE,
  statistics: STATISTICS,
  alarms: ALARMS,
  nightscout: NIGHTSCOUT,
  web: WEB,
  network: NETWORK,
};

export interface Result {
  readonly name: string;
  /** The reason, if it failed. */
  readonly failure?: string;
  /** There for a case that is not of the suite, but has a meaning on this runtime alone. */
  readonly isExtra?: true;
}

/** A case that takes longer is stuck. */
const CASE_LIMIT_MS = 20_000;

export async function runSuite(hostUrl: string): Promise<Result[]> {
  const stray: string[] = [];
  // Node and Bun have no such events on the global object, and end with a failure instead.
  const scope = globalThis as Partial<Pick<EventTarget, "addEventListener">>;
  scope.addEventListener?.(
    "unhandledrejection",
    (event) => void stray.push(String((event as unknown as { reason: unknown }).reason)),
  );
  const network = networkOf(hostUrl);
  const results: Result[] = [];
  for (const [topic, cases] of Object.entries(TOPICS)) {
    for (const [sentence, run] of cases) {
      const failure = await limited(run(network)).then(() => undefined, explain);
      // They are told of at the end of a turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const failures = [
        ...(failure === undefined ? [] : [failure]),
        ...stray.splice(0).map((reason) => `nobody handled: ${reason}`),
      ];
      results.push({ name: `${topic}: ${sentence}`, ...(failures.length > 0 && { failure: failures.join("\n") }) });
    }
  }
  return results;
}

async function limited(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not done after ${CASE_LIMIT_MS} ms`));
    }, CASE_LIMIT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function explain(error: unknown): string {
  return (error instanceof Error && error.stack) || String(error);
}

let worlds = 0;

function networkOf(hostUrl: string): Network {
  const ask = async (path: string): Promise<unknown> => (await fetch(`${hostUrl}${path}`)).json();
  return {
    world: (name) => {
      const path = `/worlds/${name}/${++worlds}-${Math.random().toString(36).slice(2)}`;
      return { baseUrl: hostUrl + path, operations: async () => (await ask(`${path}/operations`)) as string[] };
    },
    strays: async () => (await ask("/strays")) as number,
  };
}
