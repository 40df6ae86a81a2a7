import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { AlarmEvent, Deliver } from "../../src/alarms/index.ts";
import { fencedBlocks } from "../snippets/extract.ts";

const ROOM = path.join(import.meta.dirname, "../../src/alarms");
const GUIDE = readFileSync(path.join(ROOM, "README.md"), "utf8");
const at = new Date(Date.UTC(2026, 0, 1));
const URGENT: AlarmEvent = {
  type: "raised",
  rule: "urgentLow",
  priority: "urgent",
  at,
  active: ["urgentLow"],
  reading: { mgDl: 52, datetime: at },
  ageMs: 0,
};
const INFO: AlarmEvent = { ...URGENT, type: "recovered", priority: "info", active: [] };

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

describe("the recipes of the guide", () => {
  const received: Received[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      received.push({ method, url, headers, body });
      response.writeHead(status).end();
    });
  });
  const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-recipes-"));
  before(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the code of a section of the guide as it stands, with the local server in place of the service. */
  async function recipe<T>(section: string): Promise<T> {
    const text = GUIDE.split(`### ${section}\n`)[1]!.split("\n#")[0]!;
    const { code } = fencedBlocks("README.md", text)[0]!;
    const own = pathToFileURL(path.join(ROOM, "index.ts")).href;
    const { port } = server.address() as AddressInfo;
    const local = code
      .replace('"dexcom-share-ts/alarms"', JSON.stringify(own))
      .replace(/"https?:\/\/[^/]+/, `"http://127.0.0.1:${port}`);
    const file = path.join(folder, `${section.replace(/\W/g, "")}.mts`);
    writeFileSync(file, local);
    return (await import(pathToFileURL(file).href)) as T;
  }

  const send = async (section: string, event: AlarmEvent): Promise<Received> => {
    const { deliver } = await recipe<{ deliver: Deliver }>(section);
    await deliver(event);
    return received.at(-1)!;
  };

  test("ntfy: the text is the body, the priority a header", async () => {
    const urgent = await send("ntfy", URGENT);
    assert.deepEqual(
      [urgent.method, urgent.url, urgent.body, urgent.headers["title"], urgent.headers["priority"]],
      ["POST", "/your-secret-topic", "Urgent low: 52 mg/dL", "Glucose", "urgent"],
    );
    assert.equal((await send("ntfy", INFO)).headers["priority"], "default");
  });

  test("Pushover: an urgent message repeats until it is acknowledged", async () => {
    const form = (request: Received): object => Object.fromEntries(new URLSearchParams(request.body));
    const urgent = await send("Pushover", URGENT);
    assert.equal(urgent.url, "/1/messages.json");
    assert.match(urgent.headers["content-type"]!, /^application\/x-www-form-urlencoded/);
    const common = { token: "your-application-token", user: "your-user-or-group-key" };
    assert.deepEqual(form(urgent), {
      ...common,
      message: "Urgent low: 52 mg/dL",
      priority: "2",
      retry: "60",
      expire: "1800",
    });
    const info = await send("Pushover", INFO);
    assert.deepEqual(form(info), { ...common, message: "No longer urgent low: 52 mg/dL", priority: "0" });
  });

  test("Telegram: only what needs no attention comes without a sound", async () => {
    const urgent = await send("Telegram", URGENT);
    assert.equal(urgent.url, "/botYOUR-TOKEN/sendMessage");
    const expected = { chat_id: "your-chat-id", text: "Urgent low: 52 mg/dL", disable_notification: false };
    assert.deepEqual(JSON.parse(urgent.body), expected);
    assert.deepEqual((JSON.parse((await send("Telegram", INFO)).body) as typeof expected).disable_notification, true);
  });

  test("Home Assistant: the whole event is JSON", async () => {
    const { url, headers, body } = await send("Home Assistant", URGENT);
    assert.deepEqual([url, headers["content-type"]], ["/api/webhook/your-secret-id", "application/json"]);
    assert.deepEqual(JSON.parse(body), {
      ...(JSON.parse(JSON.stringify(URGENT)) as object),
      text: "Urgent low: 52 mg/dL",
    });
  });

  for (const section of ["ntfy", "Pushover", "Telegram", "Home Assistant"]) {
    test(`${section}: a failure rejects, so that the event is sent again, and tells no secret`, async () => {
      status = 500;
      try {
        await assert.rejects(send(section, URGENT), ({ message }: Error) => {
          return /: 500$/.test(message) && !/your|TOKEN/.test(message);
        });
      } finally {
        status = 200;
      }
    });
  }

  test("two people: each gets the event, and a failure of one rejects", async () => {
    const { toAll } = await recipe<{ toAll: (...channels: Deliver[]) => Deliver }>("Two people");
    const told: string[] = [];
    const first: Deliver = ({ type }) => void told.push(`first ${type}`);
    const second: Deliver = ({ type }) => void told.push(`second ${type}`);
    await toAll(first, second)(URGENT);
    assert.deepEqual(told, ["first raised", "second raised"]);
    const failing: Deliver = () => {
      throw new Error("no network");
    };
    await assert.rejects(toAll(failing, second)(URGENT) as Promise<unknown>, /no network/);
    assert.equal(told.at(-1), "second raised");
    assert.equal(told.length, 3);
  });

  test("the caution comes first", () => assert.match(GUIDE, /^# Alarms\n\n\*\*This is no medical device\./));
});
