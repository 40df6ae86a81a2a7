import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ServerError, type ErrorDetails } from "../../src/errors.ts";
import { parseAlertSettings, writeAlertSettings } from "../../src/wire/alert-settings.ts";
import { parseAssignment, parseBoolean, parseNewId, parseNothing } from "../../src/wire/responses.ts";
import { parseContact } from "../../src/wire/contacts.ts";
import { parseAccountId, parseSessionId } from "../../src/wire/ids.ts";
import { parseLatestReadings } from "../../src/wire/latest-readings.ts";
import { parseSystemTime } from "../../src/wire/old-dates.ts";
import { parseReadings, type BadRecord } from "../../src/wire/readings.ts";
import { parseSubscriptions } from "../../src/wire/subscriptions.ts";
import { LISTED } from "../publisher/examples.ts";
import { record } from "../support/responses.ts";
import { runs } from "../support/fuzzing.ts";
import { likeRecord } from "../support/like-records.ts";

const details = (): ErrorDetails => ({ status: 200 });

const alert = { isEnabled: true, delayMinutes: 0, repeatMinutes: 30, sound: "High.wav" };
const glucoseAlert = { mgDl: 200, ...alert };
const SETTINGS = writeAlertSettings({ high: glucoseAlert, low: glucoseAlert, urgentLow: glucoseAlert, noData: alert });
const CONTACT = { ContactId: "11111111-1111-1111-1111-111111111111", Email: "someone@example.com" };

/** Every parser, with a response that it accepts. */
const PARSERS: readonly (readonly [
  name: string,
  parse: (value: unknown, details: () => ErrorDetails) => unknown,
  good: unknown,
])[] = [
  ["readings", parseReadings, [record()]],
  ["latest readings", parseLatestReadings, [{ Egv: record() }]],
  ["subscriptions", parseSubscriptions, [JSON.parse(LISTED)]],
  ["alert settings", parseAlertSettings, SETTINGS],
  ["a contact", parseContact, CONTACT],
  ["an account id", parseAccountId, "99999999-9999-9999-9999-999999999999"],
  ["a session id", parseSessionId, "55555555-5555-5555-5555-555555555555"],
  ["a new id", parseNewId, "22222222-2222-2222-2222-222222222222"],
  ["a boolean", parseBoolean, true],
  ["an assignment", parseAssignment, "NotAssigned"],
  ["nothing", parseNothing, ""],
  ["the service's time", parseSystemTime, new Date(0)],
];

/** The response with one field, at any depth, replaced by something else. */
function withOneFieldReplaced(good: unknown): fc.Arbitrary<unknown> {
  if (typeof good !== "object" || good === null || good instanceof Date) return fc.jsonValue();
  const keys = Object.keys(good);
  return fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue() },
    {
      weight: 4,
      arbitrary: fc.constantFrom(...keys).chain((key) =>
        withOneFieldReplaced((good as Record<string, unknown>)[key]).map((value): unknown => {
          const copy: unknown = Array.isArray(good) ? [...(good as unknown[])] : { ...good };
          (copy as Record<string, unknown>)[key] = value;
          return copy;
        }),
      ),
    },
  );
}

describe("the schema of a response", () => {
  for (const [name, parse, good] of PARSERS) {
    test(`accepts ${name}, and explains in its own words why it refuses anything else`, () => {
      assert.doesNotThrow(() => parse(good, details));
      let refused = 0;
      const property = fc.property(fc.oneof(withOneFieldReplaced(good), likeRecord, fc.anything()), (value) => {
        try {
          parse(value, details);
        } catch (error) {
          refused++;
          assert.ok(error instanceof ServerError, String(error));
          for (const issue of error.issues ?? []) {
            assert.deepEqual(Object.keys(issue).sort(), ["code", "message", "path"]);
            assert.match(issue.message, /^(not |missing|without )/);
            assert.doesNotMatch(issue.code, /^$|^invalid_union$/);
          }
        }
      });
      fc.assert(property, runs(300));
      assert.ok(refused > 20, `only ${refused} were refused`);
    });
  }
});

describe("the issues of a response", () => {
  const issuesOf = (parse: () => unknown): unknown[] => {
    try {
      parse();
    } catch (error) {
      return (error as ServerError).issues!.map(({ code, path }) => [code, path.join(".")]);
    }
    throw new Error("was accepted");
  };

  test("name the place of each field in the response", () => {
    const subscription = { ...(JSON.parse(LISTED) as object), State: "2", IsEnabled: 0, ContactId: "1" };
    assert.deepEqual(
      issuesOf(() => parseSubscriptions([JSON.parse(LISTED), subscription], details)),
      [
        ["custom", "1.ContactId"],
        ["invalid_type", "1.State"],
        ["invalid_type", "1.IsEnabled"],
      ],
    );
    assert.deepEqual(
      issuesOf(() => parseAlertSettings({ ...SETTINGS, LowAlert: { ...glucoseAlert } }, details)).map(
        (issue) => (issue as string[])[1],
      ),
      ["MinValue", "MaxValue", "AlarmDelay", "IsEnabled", "RealarmDelay", "Sound"].map((key) => `LowAlert.${key}`),
    );
    assert.deepEqual(
      issuesOf(() => parseLatestReadings([{}], details)),
      [["custom", "0.Egv"]],
    );
  });
});

test("a record with an unknown trend is left out if it has no date either", () => {
  const bad: BadRecord[] = [];
  for (const Trend of ["sideways", undefined, null]) {
    assert.deepEqual(
      parseReadings([{ Value: 100, Trend }, { Value: 100 }], details, { onBad: (one) => bad.push(one) }),
      [],
    );
  }
  assert.deepEqual(new Set(bad.map(({ kept }) => kept)), new Set([false]));
});
