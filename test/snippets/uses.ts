/** The world that snippets run in, and what is done with what they export. */
import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { AlarmEvent, Deliver } from "../../src/alarms/index.ts";
import type { SnippetModule } from "./execute.ts";

export interface Run {
  /** Output that the snippet must print, and that ends the wait for one that runs on, such as a `watch()` loop. */
  readonly prints?: RegExp;
  /** Uses what the snippet exports, and returns what came of it, for `prints`. */
  readonly use?: (module: SnippetModule) => Promise<string>;
}

export const READING: RegExp = /^\d\d:\d\d {2}\d+ [↑↗→↘↓]+\n/;

/** An export of Dexcom Clarity. */
export const CLARITY: string = [
  "Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Event Subtype,Glucose Value (mg/dL)",
  "1,2026-01-15T08:00:00,EGV,,112",
  "2,2026-01-15T08:05:00,EGV,,Low",
].join("\n");

/** Calls a fetch handler, as Workers and Bun do. */
export const handled = async ({ default: handler }: SnippetModule): Promise<string> => {
  const { fetch } = handler as { fetch: (request: Request, env: unknown) => Promise<Response> };
  return textOf(await fetch(new Request("https://clock.example.com/"), ENV));
};

export const textOf = async (response: Response): Promise<string> => `${response.status} ${await response.text()}`;

/** Reads a response without `fetch`, which leads to the simulator. */
export async function bodyOf(request: ClientRequest): Promise<string> {
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return `${response.statusCode} ${await text(response)}`;
}

const kept = new Map<string, string>();
const namespace = {
  get: async (key: string) => kept.get(key) ?? null,
  put: async (key: string, value: string) => void kept.set(key, value),
  delete: async (key: string) => void kept.delete(key),
};
/** Token of the live page. */
export const PAGE_TOKEN = "made-up-token-0123456789";
/** Bindings of a Worker. */
export const ENV: Readonly<Record<string, unknown>> = {
  DEXCOM_USERNAME: "someone@example.com",
  DEXCOM_PASSWORD: "secret",
  PAGE_TOKEN,
  SESSIONS: namespace,
  STATES: namespace,
  GLUCOSE: namespace,
};

export const URGENT_LOW: AlarmEvent = {
  type: "raised",
  rule: "urgentLow",
  priority: "urgent",
  at: new Date("2026-01-15T08:02:00Z"),
  reading: { mgDl: 50, datetime: new Date("2026-01-15T08:00:00Z") },
  ageMs: 120_000,
  active: ["urgentLow"],
};
const messages: string[] = [];

/** Stands for every service but Dexcom's: each request is kept, and succeeds. */
export async function otherService(request: Request): Promise<Response> {
  messages.push(`${request.method} ${request.url} ${await request.text()}`);
  return new Response("{}");
}

/** Delivers an alarm. */
export async function delivered({ deliver }: SnippetModule): Promise<string> {
  messages.length = 0;
  await (deliver as Deliver)(URGENT_LOW);
  return messages.join("\n");
}
