import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { ACCOUNT_ID, APP, AUTHENTICATE, BY_ID, NAME, PASSWORD, READ, setUp, START, US } from "./raw-client.ts";

describe("simulator.requests", () => {
  test("has each request with its time, its arguments and its response", async () => {
    const { clock, simulator, authenticate, call } = setUp();
    await authenticate();
    await clock.advance(5000);
    await authenticate("wrong");
    await call("General/Nothing", { method: "GET", origin: "http://localhost:1/prefix" });
    const [first, second, third] = simulator.requests;
    assert.deepEqual(first, {
      operation: "AuthenticatePublisherAccount",
      method: "POST",
      origin: US,
      path: `/ShareWebServices/Services/${AUTHENTICATE}`,
      timeMs: START,
      arguments: { accountName: NAME, password: "***", applicationId: APP },
      inQuery: [],
      headers: { accept: "application/json", "content-type": "application/json" },
      status: 200,
      code: undefined,
    });
    assert.deepEqual([second?.timeMs, second?.status, second?.code], [START + 5000, 500, "AccountPasswordInvalid"]);
    assert.deepEqual(
      [third?.operation, third?.origin, third?.path, third?.status],
      [undefined, "http://localhost:1", "/prefix/ShareWebServices/Services/General/Nothing", 404],
    );
  });

  test("says what stood in the URL, in the spelling of the client", async () => {
    const { simulator, call } = setUp();
    await call(READ, { query: "?sessionID=55555555-5555-5555-5555-555555555555&minutes=10", body: { maxCount: 1 } });
    const [request] = simulator.requests;
    assert.deepEqual(request?.inQuery, ["sessionID", "minutes"]);
    assert.deepEqual(request.arguments, { maxCount: 1, sessionID: "***", minutes: "10" });
  });

  test("can't be made to hold a secret, wherever a client puts it", async () => {
    const { simulator, session, call } = setUp();
    const id = await session();
    const wrong = "some-wrong-password";
    for (const body of [
      { accountName: NAME, PASSWORD: wrong, applicationId: APP },
      {
        accountName: NAME,
        passWord: { nested: wrong },
        other: [PASSWORD, { sessionId: id, deep: `x ${PASSWORD} y ${id}` }],
      },
      { accountName: PASSWORD, [PASSWORD]: 1, [id]: 2, sessionID: 3 },
    ]) {
      await call(AUTHENTICATE, {
        body,
        headers: { authorization: wrong, cookie: wrong, "x-mine": id, referer: `http://x/${PASSWORD}` },
      });
      await call(BY_ID, {
        body,
        query: `?password=${wrong}&sessionid=${wrong}&x=${id}&y=${encodeURIComponent(PASSWORD)}`,
      });
    }
    await call(`General/${id.toUpperCase()}`);
    await call(READ, { body: `{"sessionId":"${id}"` });
    const seen = [
      JSON.stringify(simulator.requests),
      inspect(simulator.requests, { depth: null, showHidden: true }),
      inspect(simulator, { depth: null, showHidden: true }),
      JSON.stringify(simulator),
      inspect(simulator.fetch, { showHidden: true }),
    ].join();
    assert.ok(seen.includes("***"));
    for (const secret of [wrong, PASSWORD, id, id.toUpperCase()]) assert.ok(!seen.includes(secret), secret);
    assert.ok(seen.includes(ACCOUNT_ID) || seen.includes(NAME), "what is no secret stays");
  });

  test("a short or numeric password is masked if it stands alone", async () => {
    const { simulator, call } = setUp({ accounts: [{ username: NAME, password: "1234" }] });
    await call(READ, { body: { minutes: 1234, other: "1234", maxCount: 12345 } });
    assert.deepEqual(simulator.requests[0]?.arguments, { minutes: "***", other: "***", maxCount: 12345 });
  });
});
