const assert = require("node:assert/strict");
const { mkdtemp, rm } = require("node:fs/promises");
const { tmpdir } = require("node:os");
const path = require("node:path");
const library = require("dexcom-share-ts");
const { SqliteArchive } = require("dexcom-share-ts/archive/sqlite");
const { FileSessionStore } = require("dexcom-share-ts/file");
const { RedisSessionStore } = require("dexcom-share-ts/redis");
const { ShareSimulator } = require("dexcom-share-ts/simulator");
const { listen } = require("dexcom-share-ts/simulator/node");
const { KeyValueSessionStore, SessionStore } = require("dexcom-share-ts/store");

const { AccountError, ArgumentError, Dexcom, DexcomError } = library;

async function main() {
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
  await checkBothCopies(refused);

  // What one subpath throws is an instance of the class that another one exports.
  assert.throws(() => new ShareSimulator({ accounts: "none" }), ArgumentError);

  // The stores of the subpaths are of the kind that the main entry takes: two clients, one login.
  const kept = new Map();
  const client = {
    isOpen: true,
    get: async (key) => kept.get(key) ?? null,
    del: async (key) => kept.delete(key),
    eval: async (script, { keys: [key], arguments: [from, to] }) => {
      if ((kept.get(key) ?? "") !== from) return 0;
      if (to === "") kept.delete(key);
      else kept.set(key, to);
      return 1;
    },
  };
  const service = {
    get: async (key) => kept.get(key),
    set: async (key, value) => kept.set(key, value),
    delete: async (key) => kept.delete(key),
  };
  const directory = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-consumer-"));
  for (const cache of [
    new RedisSessionStore(client),
    new KeyValueSessionStore(service, { prefix: "kv:" }),
    new FileSessionStore({ directory }),
  ]) {
    const before = simulator.requests.length;
    for (let i = 0; i < 2; i++)
      await new Dexcom({ ...account, cache, fetch: simulator.fetch }).getLatestGlucoseReading();
    assert.equal(simulator.requests.length - before, 4, cache.constructor.name);
    assert.ok(cache instanceof SessionStore);
  }
  const archive = new SqliteArchive({ file: path.join(directory, "glucose.db") });
  const point = { mgDl: 120, datetime: new Date(1_767_268_800_000), timezone: "-0400" };
  assert.deepEqual([await archive.add([point]), await archive.add([point])], [1, 0]);
  assert.deepEqual(await archive.latest(), point);
  await archive.close();
  await rm(directory, { recursive: true });
  assert.throws(() => new RedisSessionStore({}), ArgumentError);

  for (const [name, value] of Object.entries(library)) {
    if (typeof value === "function" && /^[A-Z]/.test(name)) assert.equal(value.name, name, "a bundler renamed a class");
  }
  console.log(`${reading} mg/dL`);
}

/** An error of either copy is an instance of the other copy's classes. */
async function checkBothCopies(refused) {
  const [imported, importedPublisher] = await Promise.all([
    import("dexcom-share-ts"),
    import("dexcom-share-ts/publisher"),
  ]);
  // Deno hands the CommonJS copy to both.
  if (!("deno" in process.versions)) assert.notEqual(imported.DexcomError, DexcomError);
  const names = Object.keys(library).filter((name) => name.endsWith("Error"));
  assert.equal(names.length, 8);
  const instanceNames = (copy, error) => names.filter((name) => error instanceof copy[name]);
  for (const name of names) {
    const [ours, theirs] = [library, imported].map((copy) => new copy[name]("UNKNOWN_FAULT", "message"));
    assert.deepEqual(instanceNames(imported, ours), instanceNames(library, ours), name);
    assert.deepEqual(instanceNames(library, theirs), instanceNames(imported, theirs), name);
    assert.ok(theirs instanceof library[name] && ours instanceof imported[name]);
  }
  await assert.rejects(refused, imported.AccountError);
  const { PublisherError } = require("dexcom-share-ts/publisher");
  const theirs = new importedPublisher.PublisherError({ code: "OUTCOME_UNKNOWN", message: "message", advice: "" }, {});
  assert.ok(theirs instanceof PublisherError && theirs instanceof DexcomError && !(theirs instanceof AccountError));
  assert.throws(() => new imported.Dexcom({}), ArgumentError);
}
main();
