import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, mock, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Dexcom } from "../../src/index.ts";
import { Publisher } from "../../src/publisher/index.ts";
import { generateReadings, ShareSimulator, type SimulatedFollower } from "../../src/simulator/index.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { ROOT } from "../support/entries.ts";
import { noRedis, startRedis, type RedisServer } from "../stores/redis-server.ts";
import { execute, type World } from "./execute.ts";
import { allSnippets, type Snippet } from "./extract.ts";
import { RUNS } from "./runs.ts";
import { CLARITY, ENV, otherService, PAGE_TOKEN, type Run } from "./uses.ts";
import { COMPILED } from "./typecheck.ts";

const ACCOUNT = { username: "someone@example.com", password: "secret" };
const DAY_MS = 86_400_000;
const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-snippets-"));
const home = process.cwd();
let redis: RedisServer | undefined;

before(async () => {
  // The made-up readings depend on the date, and with them what the snippets print.
  mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-01-15T08:02:00Z") });
  Object.assign(process.env, {
    DEXCOM_USERNAME: ACCOUNT.username,
    DEXCOM_PASSWORD: ACCOUNT.password,
    ANNA_PASSWORD: ACCOUNT.password,
    BEN_PASSWORD: ACCOUNT.password,
    PAGE_TOKEN,
    STORE_SECRET: Buffer.alloc(32, 7).toString("base64"),
    XDG_CACHE_HOME: path.join(folder, "cache"),
  });
  if (noRedis === false) redis = await startRedis();
});

after(async () => {
  process.chdir(home);
  for (const client of redisClients) client.destroy();
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const snippets = named(allSnippets().filter(({ language }) => COMPILED.has(language)));

/** Snippets by file and title, and a number if that is not the first. */
function named(all: readonly Snippet[]): Map<string, Snippet> {
  const found = new Map<string, Snippet>();
  for (const snippet of all) {
    const name = `${snippet.file}, ${snippet.title}`;
    let unique = name;
    for (let number = 2; found.has(unique); number += 1) unique = `${name} (${number})`;
    found.set(unique, snippet);
  }
  return found;
}

test("the table of runs names every snippet of a document, and no other", () => {
  const inDocuments = [...snippets.keys()].filter((name) => name.includes(".md, "));
  assert.ok(inDocuments.length > 0, "no snippet was found");
  assert.deepEqual(
    inDocuments.filter((name) => !(name in RUNS)),
    [],
  );
  assert.deepEqual(
    Object.keys(RUNS).filter((name) => !snippets.has(name)),
    [],
  );
});

for (const [name, snippet] of snippets) {
  const run = RUNS[name] ?? {};
  const skip = /from "redis"|redis:\/\//.test(snippet.code) && noRedis;
  test(`runs on the simulator: ${name}`, { skip }, async () => {
    const ran = await execute(snippet, await worldOf(name, run));
    const used = (await run.use?.(ran.module)) ?? "";
    if (run.prints !== undefined) assert.match(ran.printed + used, run.prints);
  });
}

/** A simulator with the account of the snippets, and whatever else they expect to be there. */
async function worldOf(name: string, { prints, use }: Run): Promise<World> {
  const low = [{ mgDl: 50, datetime: Date.now() - 60_000 }];
  const simulator = new ShareSimulator({
    accounts: [name.startsWith("src/alarms/") ? { ...ACCOUNT, readings: low } : ACCOUNT],
    nightscout: { secret: "a-long-secret" },
  });
  const abroad = new ShareSimulator({ accounts: [{ ...ACCOUNT, region: "ous" }] });
  const fetch: World["fetch"] = async (input, init) => {
    const request = new Request(input, init);
    const { hostname } = new URL(request.url);
    if (hostname === "nightscout.example.com") return simulator.fetch(input, init);
    if (!hostname.endsWith(".dexcom.com")) return otherService(request);
    return (hostname === "shareous1.dexcom.com" ? abroad : simulator).fetch(input, init);
  };
  const publisher = new Publisher({ ...ACCOUNT, fetch });
  const follower = /subscriber/i.test(name) ? await follow(simulator, publisher) : undefined;
  if (/publisher/i.test(name) && name !== "src/publisher/README.md, Invite a follower")
    await publisher.replaceReceiver("SM00000000");

  const current = path.join(folder, name.replaceAll(/\W+/g, "-"));
  mkdirSync(current, { recursive: true });
  writeFileSync(path.join(current, "clarity.csv"), CLARITY);
  const now = Date.now();
  return {
    fetch,
    folder: current,
    given: {
      dexcom: new Dexcom({ ...ACCOUNT, fetch }),
      simulator,
      publisher,
      subscriber: follower && new Subscriber({ accountId: follower.accountId, secret: follower.secret, fetch }),
      points: generateReadings({ from: now - 14 * DAY_MS, to: now }),
      text: CLARITY,
      env: ENV,
    },
    replacements: {
      "redis://localhost:6379": redis?.url ?? "",
      "anna@example.com": ACCOUNT.username,
      "ben@example.com": ACCOUNT.username,
      // Any port that is free.
      "port: 8080": "port: 0",
      "listen(8099,": "listen(0,",
      "33333333-3333-3333-3333-333333333333": follower?.accountId ?? "",
      "22222222-2222-2222-2222-222222222222": follower?.subscriptionId ?? "",
      "0123456789abcdef0123456789abcdef": follower?.secret ?? "",
    },
    modules: { redis: REDIS, ioredis: IOREDIS },
    isEnough: prints && use === undefined ? (printed) => prints.test(printed) : undefined,
  };
}

async function follow(simulator: ShareSimulator, publisher: Publisher): Promise<SimulatedFollower> {
  const contactId = await publisher.createContact("Grandmother", "grandmother@example.com");
  return simulator.acceptInvitation(await publisher.createInvitation(contactId, { displayName: "Sam" }));
}

interface Closable {
  destroy(): void;
}

/** Clients that snippets have made, which would reconnect for as long as the process lives. */
const redisClients: Closable[] = [];
Object.assign(globalThis, { redisClients });

/** The installed clients, under their own names. */
const REDIS = `
  import * as redis from ${JSON.stringify(pathToFileURL(path.join(ROOT, "node_modules/redis/dist/index.js")).href)};
  export function createClient(options) {
    const client = redis.default.createClient(options);
    redisClients.push(client);
    return client;
  }`;

const IOREDIS = `
  import * as ioredis from ${JSON.stringify(pathToFileURL(path.join(ROOT, "node_modules/ioredis/built/index.js")).href)};
  export class Redis extends ioredis.default.Redis {
    constructor(...options) {
      super(...options);
      this.on("error", () => undefined);
      redisClients.push({ destroy: () => this.disconnect() });
    }
    duplicate(options) {
      return new Redis({ ...this.options, ...options });
    }
  }`;
