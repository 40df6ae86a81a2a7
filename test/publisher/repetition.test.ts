import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArgumentError, DexcomError, NetworkError, RateLimitError, ServerError } from "../../src/index.ts";
import { PublisherError } from "../../src/publisher/index.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { fault, page, text } from "../support/responses.ts";
import { wireService, type WireStep } from "../support/wire-service.ts";
import { NOW } from "./quiet-clock.ts";
import type { Row } from "./row.ts";
import { clientsOf, ROWS } from "./table.ts";

const TIME = JSON.stringify({ DateTime: `/Date(${NOW})/`, OffsetMinutes: 0 });

/** A body that breaks off. */
function brokenBody(): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('"1111'));
      controller.error(new TypeError("terminated"));
    },
  });
  return new Response(body, { status: 200 });
}

/** Ways to lose a response. The service may have processed the request. */
const LOST: readonly (readonly [what: string, response: () => WireStep])[] = [
  ["the connection is dropped", () => new TypeError("fetch failed")],
  ["the body breaks off", brokenBody],
  ["a gateway gives up (504)", () => page(504)],
  ["a gateway fails (502)", () => page(502)],
];

/** Ways in which a server says that it did not even begin. */
const TURNED_AWAY: readonly (readonly [
  what: string,
  response: () => WireStep,
  failure: new (...args: never) => DexcomError,
])[] = [
  ["429", () => page(429), RateLimitError],
  ["503", () => page(503), ServerError],
];

interface Outcome {
  readonly result?: unknown;
  readonly error?: DexcomError;
  /** Requests for the operation itself. */
  readonly sent: number;
}

/** The outcome of the row's call if its own requests get these responses, one after the other. */
async function outcomeOf(row: Row, ...responses: WireStep[]): Promise<Outcome> {
  const isPost = row.operation === "PostReceiverEgvRecords";
  const service = wireService(...(isPost ? [text(TIME)] : []), ...responses);
  const sent = (): number => service.requests.filter(({ operation }) => operation === row.operation).length;
  try {
    const result = await row.call(clientsOf(service));
    return { result, sent: sent() };
  } catch (error) {
    assert.ok(error instanceof DexcomError, String(error));
    return { error, sent: sent() };
  }
}

for (const row of ROWS) {
  const { operation, repetition, response, result } = row;
  describe(`${operation} (${repetition})`, () => {
    for (const [what, lose] of LOST) {
      if (repetition === "once") {
        test(`is not sent again if ${what}, and its outcome is unknown`, async () => {
          const { error, sent } = await outcomeOf(row, lose(), text(response));
          assert.equal(sent, 1);
          assert.ok(error instanceof PublisherError);
          assert.equal(error.code, "OUTCOME_UNKNOWN");
          assert.ok(error.cause instanceof DexcomError);
        });
      } else {
        test(`is sent again if ${what}`, async () => {
          const again = await outcomeOf(row, lose(), text(response));
          assert.deepEqual(again, { result, sent: 2 });
        });
        test(`is given up after as many attempts as retry allows if ${what}`, async () => {
          const { error, sent } = await outcomeOf(row, lose(), lose(), lose(), text(response));
          assert.equal(sent, 3);
          assert.ok(error instanceof NetworkError || error instanceof ServerError);
        });
      }
    }

    for (const [what, turn, failure] of TURNED_AWAY) {
      if (repetition === "once") {
        test(`tells a ${what} as it is: nothing was done`, async () => {
          const { error, sent } = await outcomeOf(row, turn(), text(response));
          assert.equal(sent, 1);
          assert.ok(error instanceof failure);
        });
      } else {
        test(`is sent again after a ${what}`, async () => {
          assert.deepEqual(await outcomeOf(row, turn(), text(response)), { result, sent: 2 });
        });
      }
    }

    if (repetition !== "read") {
      test("is never sent again after an unknown fault", async () => {
        // Where that may mean that it is so already, the service is asked: here it says that it is not.
        const isSo: Record<string, string> = {
          ReplacePublisherAccountMonitoredReceiver: '"NotAssigned"',
          StartRemoteMonitoringSession: "false",
          StopRemoteMonitoringSession: "true",
        };
        const { error, sent } = await outcomeOf(row, fault("SomethingNew"), text(isSo[operation] ?? response));
        assert.equal(sent, 1);
        assert.equal(error?.code, "UNKNOWN_FAULT");
        assert.equal(error.serverCode, "SomethingNew");
      });

      test("is refused, and its outcome is known, if a page comes with a 404", async () => {
        const { error, sent } = await outcomeOf(row, page(404), text(response));
        assert.equal(sent, 1);
        assert.equal(error?.code, "UNEXPECTED_RESPONSE");
      });
    }
  });
}

const rowOf = (operation: string): Row => ROWS.find((row) => row.operation === operation)!;

describe("a change that may have been made already", () => {
  const settled: readonly (readonly [operation: string, asked: string, so: string])[] = [
    ["ReplacePublisherAccountMonitoredReceiver", "CheckMonitoredReceiverAssignmentStatus", '"AssignedToYou"'],
    ["StartRemoteMonitoringSession", "IsRemoteMonitoringSessionActive", "true"],
    ["StopRemoteMonitoringSession", "IsRemoteMonitoringSessionActive", "false"],
  ];
  for (const [operation, asked, so] of settled) {
    test(`${operation}: an unknown fault is ignored if ${asked} says that the change is made`, async () => {
      const service = wireService(fault("NobodyKnows"), text(so));
      await rowOf(operation).call(clientsOf(service));
      assert.deepEqual(
        service.requests.map((request) => request.operation),
        [operation, asked],
      );
    });

    // The response to the assignment of a receiver is not on record: clients look for the words of a refusal (PROTOCOL.md,
    // "Replace the receiver").
    for (const response of ['"AssignedToYou"', "[]", "OK"]) {
      test(`${operation}: the response ${response} counts as done only if ${asked} says so`, async () => {
        const retry = { retries: 1 };
        const done = wireService(text(response), text(so));
        await rowOf(operation).call(clientsOf(done, { retry }));
        assert.deepEqual(
          done.requests.map((request) => request.operation),
          [operation, asked],
        );
        const not = wireService(
          text(response),
          text(so === "true" ? "false" : so === "false" ? "true" : '"NotAssigned"'),
        );
        await assert.rejects(rowOf(operation).call(clientsOf(not, { retry })), ServerError);
      });
    }

    test(`${operation}: an unknown fault after a lost response is ignored too`, async () => {
      const service = wireService(new TypeError("fetch failed"), fault("NobodyKnows"), text(so));
      await rowOf(operation).call(clientsOf(service));
      assert.deepEqual(
        service.requests.map((request) => request.operation),
        [operation, operation, asked],
      );
    });
  }

  test("an unknown fault after a lost response leaves the outcome unknown if no query can tell it", async () => {
    const { error, sent } = await outcomeOf(rowOf("DeleteContact"), new TypeError("fetch failed"), fault("NotThere"));
    assert.equal(sent, 2);
    assert.equal(error?.code, "OUTCOME_UNKNOWN");
  });

  const ofOwnMaking: readonly (readonly [operation: string, code: string, why: string])[] = [
    ["DeleteContact", "InvalidArgument", "the contact may be gone"],
    ["PauseSubscription", "InvalidArgument", "it may be paused"],
    ["UpdateContactName", "ContactNameAlreadyExists", "the name may be its own by now"],
  ];
  for (const [operation, code, why] of ofOwnMaking) {
    test(`${operation}: ${code} after a lost response leaves the outcome unknown, because ${why}; by itself it does not`, async () => {
      const after = await outcomeOf(rowOf(operation), new TypeError("fetch failed"), fault(code));
      assert.deepEqual([after.error?.code, after.sent], ["OUTCOME_UNKNOWN", 2]);
      assert.match(after.error!.advice, /listSubscriptions/);
      const alone = await outcomeOf(rowOf(operation), fault(code));
      assert.ok(["INVALID_ARGUMENT", "CONTACT_NAME_TAKEN"].includes(alone.error?.code ?? ""), alone.error?.code);
    });
  }

  test("an unknown fault after a 503 is a refusal: the first request was not processed", async () => {
    const { error } = await outcomeOf(rowOf("DeleteContact"), page(503), fault("NotThere"));
    assert.equal(error?.code, "UNKNOWN_FAULT");
  });

  test("an unknown fault with a 503 leaves the outcome unknown if a response was lost before", async () => {
    const late = [
      new TypeError("fetch failed"),
      fault("NotThere", "", { status: 503 }),
      fault("NotThere", "", { status: 503 }),
    ];
    const { error, sent } = await outcomeOf(rowOf("DeleteContact"), ...late);
    assert.deepEqual([error?.code, sent], ["OUTCOME_UNKNOWN", 3]);
  });

  test("one that is known by name is clear in any case", async () => {
    const { error } = await outcomeOf(
      rowOf("StartRemoteMonitoringSession"),
      new TypeError("fetch failed"),
      fault("MonitoredReceiverNotAssigned"),
    );
    assert.equal(error?.code, "RECEIVER_NOT_ASSIGNED");
  });
});

describe("a change that is sent once", () => {
  const contact = rowOf("CreateContact");

  test("is sent again with a new session, because a dead one has done nothing", async () => {
    const { result, sent } = await outcomeOf(contact, fault("SessionNotValid"), text(contact.response));
    assert.deepEqual([result, sent], [contact.result, 2]);
  });

  test("is not sent if the login fails, and its outcome is known", async () => {
    const service = wireService();
    const failing: typeof fetch = () => Promise.reject(new TypeError("fetch failed"));
    await assert.rejects(contact.call(clientsOf({ ...service, fetch: failing })), (error: DexcomError) => {
      assert.ok(error instanceof NetworkError);
      return error.code === "NETWORK_FAILED";
    });
  });

  test("has an unknown outcome only if the deadline passes after it was sent", async () => {
    const clock = new VirtualClock(NOW);
    const onTheWay = wireService(() => new Promise(() => undefined));
    const { publisher } = clientsOf(onTheWay, { clock, deadlineMs: 5000 });
    const late = clock.runUntil(publisher.createContact("Follower", "follower@example.com"));
    await assert.rejects(late, (error: DexcomError) => error.code === "OUTCOME_UNKNOWN");

    const before: typeof fetch = () => new Promise(() => undefined);
    const other = clientsOf({ fetch: before }, { clock, deadlineMs: 5000 });
    const never = clock.runUntil(other.publisher.createContact("Follower", "follower@example.com"));
    await assert.rejects(never, (error: DexcomError) => error.code === "DEADLINE_EXCEEDED");
  });

  test("rejects with the signal's own reason on abort", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const service = wireService(() => {
      controller.abort(reason);
      return new Promise(() => undefined);
    });
    const { publisher } = clientsOf(service);
    const call = publisher.createContact("Follower", "follower@example.com", { signal: controller.signal });
    await assert.rejects(call, (error) => error === reason);
  });

  test("has a known outcome if an argument was refused", async () => {
    const { error } = await outcomeOf(contact, fault("InvalidArgument"));
    assert.ok(error instanceof ArgumentError);
  });
});
