/** `serve --nightscout` over HTTP, as a clock or a follower reaches it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { clientAddress } from "../../src/cli/serve/client-address.ts";
import { serving } from "./serving.ts";

const SECRET = "made-up-secret-1";
const SHA1 = createHash("sha1").update(SECRET).digest("hex");

const nightscout = { args: "--simulate --nightscout", ready: /same address.*\n$/ };

test("a clock reads the made-up wearer with the secret of the environment", async () => {
  await serving({ ...nightscout, env: { NIGHTSCOUT_SECRET: SECRET } }, async (url, stdout) => {
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
  await serving(nightscout, async (url, stdout) => {
    const [, token] = /Their token, shown only now: (\S+)\n/.exec(stdout)!;
    assert.equal((await fetch(`${url}api/v1/status.json?token=${token}`)).status, 200);
    assert.equal((await fetch(`${url}api/v1/status.json?token=reader-0`)).status, 401);
  });
});

test("who guesses over HTTP is slowed down by address, behind a proxy of this machine, too", async () => {
  await serving({ ...nightscout, env: { NIGHTSCOUT_SECRET: SECRET } }, async (url) => {
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
