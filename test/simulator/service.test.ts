import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SubCodeForm } from "../../src/simulator/index.ts";
import { AUTHENTICATE, NAME, READ, START, TIME, US, UUID, setUp } from "./raw-client.ts";

describe("SystemUtcTime", () => {
  test("is JSON with escaped slashes if the request accepts JSON, from the simulator's clock", async () => {
    const { call, clock } = setUp();
    await clock.advance(1234);
    const got = await call(TIME, { method: "GET" });
    assert.equal(got.text, String.raw`{"DateTime":"\/Date(${START + 1234})\/","OffsetMinutes":0}`);
    assert.equal(got.headers.get("content-type"), "application/json");
  });

  for (const accept of ["*/*", "text/html", "application/xml"]) {
    test(`is XML for Accept: ${accept}, with an ISO date of seven decimals in its first child`, async () => {
      const { call } = setUp();
      const got = await call(TIME, { method: "GET", headers: { accept } });
      assert.equal(got.status, 200);
      assert.match(got.headers.get("content-type") ?? "", /xml/);
      assert.match(got.text, /^<[^<>]+><DateTime>2026-01-01T12:00:00\.0000000Z<\/DateTime>/);
    });
  }
});

describe("the headers of a fault (recorded for logins)", () => {
  const LOGIN_HEADERS = {
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    expires: "0",
    pragma: "no-cache",
    "x-frame-options": "DENY",
    "x-xss-protection": "0",
  };
  const headersOf = (got: { readonly headers: Headers }): object =>
    Object.fromEntries(Object.keys(LOGIN_HEADERS).map((name) => [name, got.headers.get(name)]));

  test("a refused login has a length and the headers of a good one", async () => {
    const { authenticate, logIn, simulator } = setUp();
    const refused = [await authenticate("wrong"), await logIn("wrong")];
    simulator.inject({ code: "SSO_InternalError", times: 1 });
    refused.push(await logIn());
    for (const got of refused) {
      assert.equal(got.status, 500);
      assert.equal(got.headers.get("content-length"), String(got.text.length));
      assert.deepEqual(headersOf(got), LOGIN_HEADERS);
    }
    assert.deepEqual(headersOf(await authenticate()), LOGIN_HEADERS);
  });

  test("any other fault has a length, also when it echoes letters of several bytes", async () => {
    const { read, call, session } = setUp();
    const sessionId = await session();
    for (const got of [
      await read("55555555-5555-5555-5555-555555555555"),
      await call("Publisher/StartRemoteMonitoringSession", { query: `?sessionId=${sessionId}` }),
      await call(READ, { body: { sessionId, minutes: "Ä€😀", maxCount: 1 } }),
    ]) {
      assert.equal(got.status, 500);
      assert.equal(got.headers.get("content-length"), String(Buffer.byteLength(got.text)));
      assert.equal(got.headers.get("cache-control"), null);
    }
  });
});

describe("what stands before the operations", () => {
  const nowhere: [string, string, string, number][] = [
    ["an unknown operation", US, "General/Nothing", 404],
    ["an operation in the wrong group", US, "Publisher/SystemUtcTime", 404],
    ["another casing", US, "general/systemutctime", 404],
    ["a prefix on the service's own host", `${US}/prefix`, TIME, 404],
    ["a prefix elsewhere", "http://localhost/some/prefix", TIME, 200],
    ["a stray slash at the end", US, `${TIME}/`, 200],
  ];
  for (const [what, origin, operation, status] of nowhere) {
    test(`${what} is ${status}`, async () => {
      assert.equal((await setUp().call(operation, { origin, method: "GET" })).status, status);
    });
  }

  test("a wrong method is 405 and says the right one", async () => {
    const { call } = setUp();
    for (const [operation, method, allow] of [
      [AUTHENTICATE, "GET", "POST"],
      [AUTHENTICATE, "PUT", "POST"],
      [TIME, "POST", "GET"],
      [READ, "DELETE", "POST, GET"],
    ] as const) {
      const got = await call(operation, { method });
      assert.deepEqual([got.status, got.headers.get("allow"), got.code], [405, allow, undefined]);
    }
  });

  test("HEAD gets the response of GET, without a body", async () => {
    const got = await setUp().call(TIME, { method: "HEAD" });
    assert.deepEqual([got.status, got.text], [200, ""]);
  });

  test("the dead aliases can't be reached", async () => {
    for (const origin of ["https://shareous2.dexcom.com", "https://sharejp1.dexcom.com"]) {
      await assert.rejects(setUp().call(TIME, { origin, method: "GET" }), TypeError);
    }
  });

  test("every response has the recorded headers: the service's date in whole seconds, a trace id of its own", async () => {
    const { clock, call, authenticate, session, read } = setUp();
    await clock.advance(1999);
    const all = [
      await authenticate(),
      await authenticate("wrong"),
      await read(await session()),
      await call(TIME, { method: "GET" }),
      await call("General/Nothing"),
    ];
    for (const { headers } of all) {
      assert.equal(headers.get("date"), "Thu, 01 Jan 2026 12:00:01 GMT");
      assert.match(headers.get("x-trace-id") ?? "", UUID);
      assert.equal(headers.get("vary"), "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("server"), "cloudflare");
      assert.equal(headers.get("cf-cache-status"), "DYNAMIC");
      assert.match(headers.get("strict-transport-security") ?? "", /^max-age=15780000; includeSubDomains; preload$/);
      for (const name of ["retry-after", "access-control-allow-origin", "set-cookie"])
        assert.equal(headers.get(name), null);
    }
    assert.equal(new Set(all.map(({ headers }) => headers.get("x-trace-id"))).size, all.length);
  });

  test("runs with the same seed repeat to the byte, those with another don't", async () => {
    const run = async (seed: number): Promise<string> => {
      const { authenticate, session, read } = setUp({ seed });
      const responses = [await authenticate(), await authenticate("wrong"), await read(await session())];
      return JSON.stringify(responses.map(({ text, headers }) => [text, [...headers]]));
    };
    assert.equal(await run(5), await run(5));
    assert.notEqual(await run(5), await run(6));
  });
});

describe("the fault body", () => {
  const forms: [SubCodeForm, RegExp[]][] = [
    [
      "java-xml",
      [
        /^<OnlineException DateThrownLocal="2026-01-01T12:00:00\.\d{9}" DateThrown="2026-01-01T12:00:00\.\d{9}Z" /,
        /FullText="com\.dexcom\.udp\.common\.data\.exception\.OnlineException: /,
        / Id="\{[\da-f-]{36}\}" /,
      ],
    ],
    [
      "dotnet-xml",
      [
        /^<OnlineException DateThrownLocal="2026-01-01 12:00:00\.\d{7}\+00:00" /,
        /FullText="Dexcom\.Common\.OnlineException: /,
      ],
    ],
  ];
  for (const [subCodeForm, patterns] of forms) {
    test(`has ${subCodeForm} in its SubCode if that is wanted`, async () => {
      const body = (await setUp({ subCodeForm }).authenticate("wrong")).json as Record<string, string>;
      assert.deepEqual(Object.keys(body), ["Code", "Message", "SubCode", "TypeName"]);
      for (const pattern of patterns) assert.match(body["SubCode"] ?? "", pattern);
      const numbers = ' ErrorCode="AccountPasswordInvalid" Type="13" Category="4" Severity="1" ';
      const names =
        'TypeString="InvalidPassword" CategoryString="Validation" SeverityString="Minor" HostName="" HostIP="" ';
      assert.ok(body["SubCode"]?.includes(numbers + names));
    });
  }

  test("is HTTP 500 in JSON: four strings, the third pretty-printed JSON in itself", async () => {
    const { session, read, simulator } = setUp();
    const id = await session();
    simulator.expireSessions();
    const got = await read(id);
    assert.equal(got.status, 500);
    assert.equal(got.headers.get("content-type"), "application/json");
    const body = got.json as Record<string, string>;
    assert.deepEqual(Object.keys(body), ["Code", "Message", "SubCode", "TypeName"]);
    assert.equal(body["TypeName"], "FaultException");
    assert.ok(
      body["SubCode"]?.startsWith('{\n    "OnlineException": {\n        "DateThrownLocal": "2026-01-01T12:00:00.'),
    );
    const { OnlineException: told } = JSON.parse(body["SubCode"] ?? "") as { OnlineException: Record<string, unknown> };
    assert.match(String(told["DateThrown"]), /^2026-01-01T12:00:00\.000\d{6}Z$/);
    const message = `Session not active or timed out. [SessionId = ${id}]`;
    assert.match(String(told["Id"]), UUID);
    assert.deepEqual(told, {
      DateThrownLocal: String(told["DateThrown"]).slice(0, -1),
      DateThrown: told["DateThrown"],
      // Empty in both recorded bodies.
      ErrorCode: "",
      Type: 6,
      Category: 5,
      Severity: 1,
      TypeString: "SessionNotValid",
      CategoryString: "Logical",
      SeverityString: "Minor",
      HostName: "",
      HostIP: "",
      Id: told["Id"],
      Message: message,
      FullText: `com.dexcom.udp.common.data.exception.OnlineException: ${message}`,
    });
  });

  test("carries the recorded numbers of each code", async () => {
    const numbers = async (got: Promise<{ json: unknown }>): Promise<string> => {
      const { SubCode } = (await got).json as { SubCode: string };
      const { Type, Category, Severity } = (JSON.parse(SubCode) as { OnlineException: Record<string, number> })
        .OnlineException;
      return `${Type}/${Category}/${Severity}`;
    };
    assert.equal(await numbers(setUp().authenticate("wrong")), "13/4/1");
    assert.equal(await numbers(setUp({ refusalCode: "SSO_InternalError" }).authenticate("wrong")), "15/1/2");
    assert.equal(await numbers(setUp().read("55555555-5555-5555-5555-555555555555")), "5/2/2");
    assert.equal(await numbers(setUp().logIn("x", US, { accountId: 1 })), "10/4/2");
  });

  test("is XML that is not well-formed if the message has quotation marks", async () => {
    const got = await setUp({ subCodeForm: "java-xml" }).logIn("x", US, { accountId: 1 });
    assert.match((got.json as { SubCode: string }).SubCode, /Message="Missing .* from String "1": UUID/);
  });

  test("of an expired session had no text about it in the days of .NET", async () => {
    const { session, read, simulator } = setUp({ subCodeForm: "dotnet-xml" });
    const id = await session();
    simulator.expireSessions(NAME);
    const got = await read(id);
    assert.deepEqual([got.code, got.message], ["SessionNotValid", "Error in the application."]);
  });
});
