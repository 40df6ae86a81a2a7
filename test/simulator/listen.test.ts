import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { listen, type ListeningSimulator } from "../../src/simulator/node.ts";
import { ACCOUNT_ID, APP, AUTHENTICATE, BY_ID, NAME, PASSWORD, READ, send, TIME, UUID } from "./raw-client.ts";
import { account, head, raw, SERVICES } from "./raw-sockets.ts";

describe("a simulator on loopback", () => {
  let simulator: ShareSimulator;
  let server: ListeningSimulator;
  before(async () => {
    simulator = new ShareSimulator({ accounts: [account] });
    server = await listen(simulator);
  });
  after(() => server.close());
  const ask = (operation: string, request: Parameters<typeof send>[3]): ReturnType<typeof send> =>
    send(fetch, server.url, operation, request);
  const session = async (): Promise<string> =>
    (await ask(BY_ID, { body: { accountId: ACCOUNT_ID, password: PASSWORD, applicationId: APP } })).json as string;

  test("is on 127.0.0.1, on a free port", () => {
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test("serves the whole way from name to readings to the runtime's own fetch", async () => {
    const found = await ask(AUTHENTICATE, { body: { accountName: NAME, password: PASSWORD, applicationId: APP } });
    assert.equal(found.json, ACCOUNT_ID);
    assert.equal(found.headers.get("content-length"), "38");
    const id = await session();
    assert.match(id, UUID);
    const read = await ask(READ, { body: { sessionId: id, minutes: 1440, maxCount: 288 } });
    assert.ok((read.json as unknown[]).length > 200);
    assert.equal(read.headers.get("content-type"), "application/json");
  });

  test("accepts a POST with Content-Length: 0, a GET, and a body of {}", async () => {
    const query = `${READ}?sessionID=${await session()}&minutes=1440&maxCount=1`;
    for (const parts of [
      [head("POST", query, "Content-Length: 0")],
      [head("GET", query)],
      [head("POST", query, "Content-Length: 2"), "{}"],
      [head("POST", query, "Transfer-Encoding: chunked"), "1\r\n{\r\n", "1\r\n}\r\n0\r\n\r\n"],
    ]) {
      const received = await raw(server.url, ...parts);
      assert.match(received, /^HTTP\/1\.1 200 OK\r\n/);
      assert.match(received, /\r\nContent-Type: application\/json\r\n/i);
      assert.match(received, /\r\nDate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\n/i);
      assert.match(received, /\r\nTransfer-Encoding: chunked\r\n/i);
      assert.doesNotMatch(received, /content-length|content-encoding|x-powered-by/i);
      assert.match(received, /\r\n\r\n[\da-f]+\r\n\[\{"WT":"Date\(/);
      assert.equal(received.match(/\ndate:/gi)?.length, 1);
    }
  });

  test("a client that sends more bytes than it announced gets its response, as from the real front", async () => {
    // An unmodified client of somebody else sends an empty JSON string after `Content-Length: 0`.
    const query = `${READ}?sessionId=${await session()}&minutes=1440&maxCount=1`;
    for (const parts of [['""'], ['"', '"'], ["GET / HTTP/1.1\r\n\r\n"]]) {
      const received = await raw(server.url, head("POST", query, "Content-Length: 0") + parts[0]!, ...parts.slice(1));
      assert.match(received, /^HTTP\/1\.1 200 OK\r\n/);
      assert.match(received, /\[\{"WT":"Date\([^]*\}\]\r\n0\r\n\r\n$/, "the whole response");
    }
    const before = simulator.requests.length;
    const late = simulator.inject({ delayMs: 20 });
    const received = await raw(server.url, head("POST", query, "Content-Length: 0"), '""');
    late();
    assert.match(received, /^HTTP\/1\.1 200 OK\r\n/);
    assert.equal(simulator.requests.length, before + 1);
  });

  test("bytes that are not HTTP get a 400, and the socket is closed", async () => {
    for (const text of ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n"]) {
      assert.match(await raw(server.url, text), /^HTTP\/1\.1 400 Bad Request\r\n/);
    }
  });

  test("packs what has no length, if the client takes that, and sends logins as they are", async () => {
    const body = JSON.stringify({ sessionId: await session(), minutes: 1440, maxCount: 288 });
    const login = JSON.stringify({ accountId: ACCOUNT_ID, password: PASSWORD, applicationId: APP });
    const post = async (operation: string, content: string, accepted: string): Promise<[IncomingMessage, Buffer]> => {
      const request = httpRequest(`${server.url}${SERVICES}/${operation}`, {
        method: "POST",
        headers: { "accept-encoding": accepted },
      });
      request.end(content);
      const [response] = (await once(request, "response")) as [IncomingMessage];
      return [response, Buffer.concat(await response.toArray())];
    };
    for (const accepted of ["gzip", "br, GZIP;q=0.5", "deflate, gzip", "*"]) {
      const [response, bytes] = await post(READ, body, accepted);
      assert.equal(response.headers["content-encoding"], "gzip", accepted);
      assert.equal(response.headers["transfer-encoding"], "chunked");
      assert.equal(response.headers["content-length"], undefined);
      assert.match(gunzipSync(bytes).toString(), /^\[\{"WT"/);
    }
    for (const accepted of ["", "br", "gzip;q=0", "gzip; q=0.0", "x-gzip-like"]) {
      const [response, bytes] = await post(READ, body, accepted);
      assert.equal(response.headers["content-encoding"], undefined, accepted);
      assert.match(bytes.toString(), /^\[\{"WT"/);
    }
    const [response, bytes] = await post(BY_ID, login, "gzip");
    assert.deepEqual(
      [response.headers["content-encoding"], response.headers["content-length"], bytes.length],
      [undefined, "38", 38],
    );
  });

  test("keeps a connection open for the next request", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let call = 0; call < 3; call++) {
      const request = httpRequest(`${server.url}${SERVICES}/${TIME}`, { agent }).end();
      const [response] = (await once(request, "response")) as [IncomingMessage];
      ports.add(response.socket.localPort);
      await text(response);
    }
    agent.destroy();
    assert.equal(ports.size, 1);
  });

  test("responds to HEAD, and with 404 and 405", async () => {
    assert.match(await raw(server.url, head("HEAD", TIME)), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
    assert.match(await raw(server.url, head("GET", "General/Nothing")), /^HTTP\/1\.1 404 Not Found\r\n/);
    assert.match(
      await raw(server.url, head("GET", AUTHENTICATE)),
      /^HTTP\/1\.1 405 Method Not Allowed\r\n[^]*allow: POST\r\n/i,
    );
  });

  test("takes the region from a Host header that names one", async () => {
    const body = JSON.stringify({ accountName: NAME, password: PASSWORD, applicationId: APP });
    const post = (host: string): Promise<string> =>
      raw(server.url, head("POST", AUTHENTICATE, `Content-Length: ${body.length}`).replace("127.0.0.1", host), body);
    assert.match(await post("share2.dexcom.com"), new RegExp(`"${ACCOUNT_ID}"$`));
    assert.match(await post("shareous1.dexcom.com"), /AccountPasswordInvalid/);
    assert.equal(await post("shareous2.dexcom.com"), "");
    assert.match(await post("a b"), /^HTTP\/1\.1 400 /);
  });

  test("is not led to another host by a path that looks like one", async () => {
    const led = head("GET", TIME).replace("GET ", "GET //share2.dexcom.com");
    const received = await raw(server.url, led);
    assert.match(received, /^HTTP\/1\.1 200/);
    assert.equal(simulator.requests.at(-1)?.origin, "http://127.0.0.1");
  });

  test("reads no request body without end", async () => {
    const long = " ".repeat(1_000_001);
    assert.equal((await ask(AUTHENTICATE, { body: long })).status, 413);
    assert.equal((await ask(AUTHENTICATE, { body: long.slice(1) })).status, 500);
  });

  test("masks secrets in its log of requests, also those of clients in other languages", async () => {
    const before = simulator.requests.length;
    const id = await session();
    await raw(server.url, head("GET", `${READ}?sessionId=${id}&minutes=10&maxCount=1`));
    const seen = JSON.stringify(simulator.requests.slice(before));
    assert.ok(!seen.includes(id) && !seen.includes(PASSWORD));
  });
});

describe("closing", () => {
  test("ends open connections, stalled ones too, and frees the port", async () => {
    const simulator = new ShareSimulator({ accounts: [] });
    const server = await listen(simulator);
    simulator.inject({ delayMs: Infinity });
    const stalled = raw(server.url, head("GET", TIME));
    while (simulator.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await server.close();
    assert.equal(await stalled, "");
    const again = await listen(simulator, { port: Number(new URL(server.url).port) });
    assert.equal(again.url, server.url);
    await assert.rejects(listen(simulator, { port: Number(new URL(server.url).port) }), { code: "EADDRINUSE" });
    await again.close();
    await again.close();
  });

  test("lets the process exit", async () => {
    const room = new URL("../../src/simulator/", import.meta.url).href;
    const program = `
      const { ShareSimulator } = await import("${room}index.ts");
      const { listen } = await import("${room}node.ts");
      const server = await listen(new ShareSimulator({ accounts: [] }));
      await (await fetch(server.url)).text();
      await server.close();
      console.log("closed");`;
    const child = execFile(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: fileURLToPath(room),
      timeout: 20_000,
    });
    const [printed, [code]] = await Promise.all([text(child.stdout!), once(child, "exit")]);
    assert.deepEqual([printed, code], ["closed\n", 0]);
  });
});
