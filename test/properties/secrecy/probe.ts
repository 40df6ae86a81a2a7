/**
 * Walks every fault on the runtime that it is run with and prints every place in which a secret shows, as JSON.
 * Arguments: the URL of a server that plays the cases of `REAL`, a URL at which nothing listens, and the number under
 * which the server plays the first case.
 */
import { scriptedRoute } from "../faults/routes.ts";
import type { FaultyService } from "../faults/faulty-service.ts";
import { walk, type Route, type Walk } from "../faults/walk.ts";
import { REAL, SCRIPTED, SECRETS, type Case } from "./cases.ts";
import { textsOf } from "../../support/texts-of.ts";

const AT_ONCE = 16;

export interface Report {
  readonly walks: number;
  readonly errors: number;
  readonly texts: number;
  readonly leaks: readonly string[];
}

const [serverUrl, closedUrl, first] = process.argv.slice(2) as [string, string, string];
const report = { walks: 0, errors: 0, texts: 0, leaks: [] as string[] };

function look(what: string, value: unknown): void {
  for (const text of textsOf(value)) {
    report.texts++;
    const leak = SECRETS.find(text);
    if (leak !== undefined) report.leaks.push(`${what}: …${leak}…`);
  }
}

function lookAt({ step, fault, isOnce }: Case, how: string, { outcome, again, client, events }: Walk): void {
  const where = `${fault.name}, ${isOnce ? "once" : "always"} at ${step}, ${how}`;
  report.walks++;
  for (const error of [outcome.error, again?.error]) {
    if (error === undefined) continue;
    report.errors++;
    look(`error of ${where}`, error);
    // As a program prints it that does not catch it; whoever runs this reads along.
    if (!isOnce) console.error(error);
  }
  look(`events of ${where}`, events);
  if (!isOnce) look(`client of ${where}`, client);
}

/** To the server's service of that number; the one here keeps step with it, to know what is to be refused. */
function serverRoute(service: FaultyService, { fault }: Case, index: number): Route {
  const { breaks } = fault.respond({ text: "", now: 0, elsewhere: "" });
  const fetch: typeof globalThis.fetch = (input, init) => {
    const url = input as string;
    const isRefused = breaks === "refused" && service.isFaulty(url);
    service.respond(url, { text: init?.body as string, now: 0, elsewhere: "https://elsewhere.example.com" });
    const leak = SECRETS.find(url);
    if (leak !== undefined) report.leaks.push(`URL: …${leak}…`);
    return globalThis.fetch(isRefused ? closedUrl : url, init);
  };
  return {
    options: {
      baseUrl: `${serverUrl}/${Number(first) + index}`,
      fetch,
      timeoutMs: breaks?.startsWith("stalled") ? 300 : 10_000,
    },
    run: (call) => call,
  };
}

for (const one of SCRIPTED) lookAt(one, "scripted", await walk(one.step, one.fault, one.isOnce, scriptedRoute));

const queue = REAL.entries();
const worker = async (): Promise<void> => {
  for (const [index, one] of queue) {
    lookAt(one, "real", await walk(one.step, one.fault, one.isOnce, (service) => serverRoute(service, one, index)));
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
console.log(JSON.stringify(report satisfies Report));
