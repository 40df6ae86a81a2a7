/** `serve --nightscout` over HTTP, as a clock or a follower reaches it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { clientAddress } from "../../src/cli/serve/client-address.ts";
import { systemClock } from "../../src/clock.ts";
import { runHere } from "./harness.ts";

const SECRET = "made-up-secret-1";
const SHA1 = createHash("sha1").update(SECRET).digest("hex");

/** Runs the command until `use` is done with its address. */
async function serving(
  env: Record<string, string>,
  use: (url: string, stdout: string) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  let printed: (stdout: string) => void = () => undefined;
  const first = new Promise<string>((resolve) => (printed = resolve));
  const running = runHere(["serve", "--simulate", "--nightscout", "--port", "0"], {
    env,
    clock: systemClock,
    signal: controller.signal,
    onOutput: ({ stdout }) => {
      if (/same address.*\n$/.test(stdout)) printed(stdout);
    },
  });
  const stdout = await Promise.race([first, running.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  try {
    await use(/http:\S+/.exec(stdout)![0], stdout);
  } finally {
    controller.abort();
    assert.equal((await running).exitCode, 0);
  }
}

test("a clock reads the made-up wearer with the secret of the environment", async () => {
  await serving({ NIGHTSCOUT_SECRET: SECRET }, async (url, stdout) => {
    assert.doesNotMatch(stdout, new RegExp(SECRET));
    const target = `${url}api/v1/entries.json?count=3`;
    assert.equal((await fetch(target)).status, 401);
    const entries = (await (await fetch(target, { headers: { "api-secret": SHA1 } })).json()) as { sgv: number }[];
    assert.equal(entries.length, 3);
    const raw = await fetch(`${url}pebble?units=mmol`, { headers: { "api-secret": SHA1 } });
    assert.match(JSON.stringify(await raw.json()), /"sgv":"\d+\.\d"/);
  });
});

test("without a secret a token is made, printed once, and opens the site", async () => {
  await serving({}, async (url, stdout) => {
    const [, token] = /Their token, shown only now: (\S+)\n/.exec(stdout)!;
    assert.equal((await fetch(`${url}api/v1/status.json?token=${token}`)).status, 200);
    assert.equal((await fetch(`${url}api/v1/status.json?token=reader-0`)).status, 401);
  });
});

test("who guesses over HTTP is slowed down by address, behind a proxy of this machine, too", async () => {
  await serving({ NIGHTSCOUT_SECRET: SECRET }, async (url) => {
    const ask = async (address: string, secret: string): Promise<number> => {
      const headers = { "x-forwarded-for": `198.51.100.9, ${address}`, "api-secret": secret };
      return (await fetch(`${url}api/v1/entries.json`, { headers })).status;
    };
    for (let guess = 0; guess < 10; guess++) assert.equal(await ask("192.0.2.1", `guess ${guess}`), 401);
    assert.equal(await ask("192.0.2.1", "guess 10"), 429);
    assert.equal(await ask("192.0.2.2", SHA1), 200);
  });
});

test("only a proxy of this machine is believed what it says of the client", () => {
  const from = (ip: string | undefined, forwarded?: string): string | undefined => {
    const request = new Request("http://localhost/", forwarded ? { headers: { "x-forwarded-for": forwarded } } : {});
    return clientAddress(Object.defineProperty(request, "ip", { value: ip }));
  };
  assert.equal(from("127.0.0.1", "192.0.2.7, 192.0.2.1"), "192.0.2.1");
  assert.equal(from("::ffff:127.0.0.1", "192.0.2.1"), "192.0.2.1");
  assert.equal(from("192.0.2.9", "192.0.2.1"), "192.0.2.9");
  assert.equal(from("127.0.0.1"), "127.0.0.1");
  assert.equal(from(undefined), undefined);
});
