/** `serve` over HTTP, as a browser reaches it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { get, request, type IncomingMessage } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { systemClock, type Clock } from "../../src/clock.ts";
import { newDirectory, runHere, until } from "./harness.ts";
import { serving } from "./serving.ts";
import { ENV, runAgainst, simulate } from "./simulated-account.ts";
import { fixedClock, NOW } from "./moment.ts";

const TOKEN = "5f2b8c0e9d417a36b1c4aa07";
/** This machine by a name that the command can't know for loopback, so that it asks for a token. */
const ELSEWHERE = "127.1";

const statusOf = async (url: string, token?: string): Promise<number> =>
  (await fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {} })).status;

test("without --host the page is for this machine only, and asks it for no token", async () => {
  await serving({}, async (url, stdout) => {
    assert.match(stdout, /^The page is at http:\/\/127\.0\.0\.1:\d+\/ \(Ctrl-C ends it\)\n$/);
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<html/);
    // macOS has no second address of loopback.
    if (process.platform !== "darwin") await assert.rejects(fetch(url.replace("127.0.0.1", "127.0.0.2")));
  });
});

test("a name that a stranger lets lead to this machine is refused", async () => {
  await serving({}, async (url) => {
    const statusFor = async (host: string): Promise<number | undefined> => {
      const sent = get(url, { headers: { host }, agent: false });
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    assert.equal(await statusFor("localhost"), 200);
    assert.equal(await statusFor("stranger.example.com"), 421);
  });
});

test("a token of the environment is required on loopback, too, and is never printed", async () => {
  await serving({ env: { DEXCOM_WEB_TOKEN: TOKEN } }, async (url, stdout) => {
    assert.doesNotMatch(stdout, /token/i);
    assert.equal(await statusOf(`${url}api/current`), 401);
    assert.equal(await statusOf(`${url}api/current`, "f".repeat(24)), 401);
    assert.equal(await statusOf(`${url}api/current`, TOKEN), 200);
  });
});

test("--host without a token makes one, prints it once, and requires it", async () => {
  const tokens: string[] = [];
  for (let time = 0; time < 2; time++) {
    const args = `--simulate --host ${ELSEWHERE}`;
    await serving({ args, ready: /shown only now: \S+\n/ }, async (url, stdout) => {
      const token = /Its token, shown only now: ([\da-f]{32})\n/.exec(stdout)?.[1];
      assert.ok(token, stdout);
      assert.equal(stdout.split(token).length, 2);
      tokens.push(token);
      assert.equal(await statusOf(`${url}api/current`), 401);
      assert.equal(await statusOf(`${url}api/current`, token), 200);
    });
  }
  assert.notEqual(tokens[0], tokens[1]);
});

test("--host with a token of the environment makes no other", async () => {
  const args = `--simulate --host ${ELSEWHERE}`;
  await serving({ args, env: { DEXCOM_WEB_TOKEN: TOKEN } }, async (url, stdout) => {
    assert.doesNotMatch(stdout, /token/i);
    assert.equal(await statusOf(`${url}api/current`), 401);
    assert.equal(await statusOf(`${url}api/current`, TOKEN), 200);
  });
});

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request as a proxy does: with the host of the address that the browser knows. */
async function throughProxy(url: string, { method = "GET", headers = {} }: Sent, body = ""): Promise<IncomingMessage> {
  const sent = request(url, { agent: false, method, headers: { host: "glucose.example.com", ...headers } });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  return response;
}

for (const [publicUrl, isSecure] of [
  ["https://glucose.example.com", true],
  ["http://glucose.example.com:8080/", false],
] as const) {
  test(`--public-url ${publicUrl} lets its name in, asks for the token, and decides if the cookie is Secure`, async () => {
    const args = `--simulate --public-url ${publicUrl}`;
    await serving({ args, ready: /shown only now: \S+\n/ }, async (url, stdout) => {
      assert.ok(stdout.startsWith(`The page is at ${new URL(publicUrl).href}, if the proxy leads to ${url} (Ctrl-C`));
      const token = /shown only now: (\S+)\n/.exec(stdout)![1]!;
      assert.equal((await throughProxy(`${url}api/current`, {})).statusCode, 401);
      assert.equal((await throughProxy(url, { headers: { host: "stranger.example.com" } })).statusCode, 421);
      assert.equal(await statusOf(`${url}api/current`, token), 200);
      for (const forwarded of ["http", "https"]) {
        const headers = { "content-type": "application/x-www-form-urlencoded", "x-forwarded-proto": forwarded };
        const response = await throughProxy(`${url}login`, { method: "POST", headers }, `token=${token}`);
        assert.equal(response.statusCode, 303);
        const [cookie = ""] = response.headers["set-cookie"] ?? [];
        assert.equal(/; Secure$/.test(cookie), isSecure, `${forwarded}: ${cookie.replace(/=.*?;/, "=…;")}`);
      }
    });
  });
}

for (const url of [
  "glucose.example.com",
  "ftp://glucose.example.com",
  "https://glucose.example.com/page",
  "https://a@b.example",
]) {
  test(`--public-url ${url} is refused`, async () => {
    const ran = await runHere(["serve", "--simulate", `--public-url=${url}`]);
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /--public-url/);
    assert.match(ran.stderr, /such as https:/);
    assert.equal(ran.stdout, "");
  });
}

test("--archive needs an archive that is on", async () => {
  const ran = await runAgainst(simulate(), "serve --port 0 --archive");
  assert.equal(ran.exitCode, 2);
  assert.match(ran.stderr, /--archive: the archive is off: `dexcom-share-ts archive on` turns it on\.\n$/);
  assert.equal(ran.stdout, "");
});

test("--archive shows the days that only the archive knows", async () => {
  const simulator = simulate();
  const dataDirectory = newDirectory();
  const world = { env: ENV, fetch: simulator.fetch, clock: fixedClock, dataDirectory };
  assert.equal((await runHere(["archive", "on"], world)).exitCode, 0);
  await serving({ ...world, args: "--archive" }, async (url) => {
    assert.match(await (await fetch(url)).text(), /14 days/);
    assert.equal(await statusOf(`${url}api/statistics?hours=336`), 200);
  });
  await serving({ ...world, args: "--unit mg/dL" }, async (url) => {
    assert.doesNotMatch(await (await fetch(url)).text(), /14 days/);
  });
});

for (const port of ["65536", "-1", "http", "80.5"]) {
  test(`--port ${port} is refused with the range of ports`, async () => {
    const ran = await runHere(["serve", "--simulate", `--port=${port}`]);
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /--port/);
    assert.match(ran.stderr, /65535/);
    assert.equal(ran.stdout, "");
  });
}

test("a port that is taken is named, with the way out", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  try {
    const ran = await runHere(["serve", "--simulate", "--port", String(port)]);
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, new RegExp(`Port ${port} is taken: give another one by --port\\.\n`));
  } finally {
    other.close();
  }
});

test("a port that is taken leaves nothing that follows the account", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const simulator = simulate();
  let waiting = 0;
  const clock: Clock = {
    now: () => NOW,
    async sleep(ms, signal) {
      waiting++;
      await systemClock.sleep(ms, signal).finally(() => waiting--);
    },
  };
  const world = { env: ENV, clock, dataDirectory: newDirectory(), fetch: simulator.fetch };
  try {
    assert.equal((await runHere(["archive", "on"], world)).exitCode, 0);
    assert.equal((await runHere(["serve", "--archive", "--port", String(port)], world)).exitCode, 2);
    await until(() => waiting === 0);
  } finally {
    other.close();
  }
});

test("an address of another machine is refused", async () => {
  const ran = await runHere(["serve", "--simulate", "--port", "0", "--host", "192.0.2.1"]);
  assert.equal(ran.exitCode, 2);
  assert.match(ran.stderr, /--host: 192\.0\.2\.1 is no address of this machine/);
});

test("Ctrl-C ends the command although a browser still follows, and frees the port", async () => {
  let address = "";
  let following: Promise<unknown> | undefined;
  await serving({}, async (url) => {
    address = url;
    const events = await fetch(`${url}events`);
    assert.match(events.headers.get("content-type")!, /event-stream/);
    following = events.text().catch(() => undefined);
  });
  await following;
  await assert.rejects(fetch(address));
});
