import assert from "node:assert/strict";
import * as library from "dexcom-share-ts";
import { AccountError, ArgumentError, Dexcom, DexcomError } from "dexcom-share-ts";
import { ShareSimulator } from "dexcom-share-ts/simulator";
import { listen } from "dexcom-share-ts/simulator/node";

const account = { username: "someone@example.com", password: "secret" };
const simulator = new ShareSimulator({ accounts: [account] });
const reading = await new Dexcom({ ...account, fetch: simulator.fetch }).getLatestGlucoseReading();

const server = await listen(simulator);
const overHttp = await new Dexcom({ ...account, baseUrl: server.url }).getLatestGlucoseReading();
await server.close();
assert.equal(overHttp.mgDl, reading.mgDl);

const refused = new Dexcom({ ...account, password: "wrong", fetch: simulator.fetch }).getLatestGlucoseReading();
await assert.rejects(refused, AccountError);
await assert.rejects(refused, DexcomError);

// What one subpath throws is an instance of the class that another one exports.
assert.throws(() => new ShareSimulator({ accounts: "none" }), ArgumentError);

for (const [name, value] of Object.entries(library)) {
  if (typeof value === "function" && /^[A-Z]/.test(name)) assert.equal(value.name, name, "a bundler renamed a class");
}
console.log(`${reading} mg/dL`);
