import type { ErrorDetails } from "../errors.ts";
import { usableId } from "./ids.ts";
import { parseReadings, type BadRecord, type ParsedReading } from "./readings.ts";
import * as schema from "./schema.ts";

/** The latest reading of one subscription. */
export interface ParsedLatestReading {
  /** `undefined` if the subscription has no reading. */
  readonly reading: ParsedReading | undefined;
  /** `undefined` if the service does not say whose reading it is. */
  readonly subscriptionId: string | undefined;
}

// Only `Egv` is on record (PROTOCOL.md, "Last readings of several subscriptions"). `null` stands for no reading, but a
// missing key may mean that the service has renamed it.
const listSchema = /* @__PURE__ */ schema.lazy(() =>
  schema.array(
    schema.object(
      { Egv: schema.optional(schema.unknown()), SubscriptionId: schema.nullish(usableId()) },
      "not an element",
      schema.rule((element) => "Egv" in element, "missing", ["Egv"]),
    ),
    "not a list",
  ),
);

/**
 * Reads the response of ReadLastGlucoseFromSubscriptions, in the service's order.
 *
 * @throws {ServerError} If it is no list of such elements, or if a reading breaks a rule and `onBad` is not given.
 */
export function parseLatestReadings(
  value: unknown,
  details: () => ErrorDetails,
  onBad?: (bad: BadRecord) => void,
): ParsedLatestReading[] {
  schema.checkSchema(listSchema(), value, details);
  return value.map(({ Egv, SubscriptionId }, index) => {
    const onBadHere = onBad && ((bad: BadRecord): void => onBad(atIndex(bad, index)));
    const [reading] = Egv === null ? [] : parseReadings([Egv], details, onBadHere && { onBad: onBadHere });
    return { reading, subscriptionId: SubscriptionId ?? undefined };
  });
}

/** Restates a report on a list of one record by the record's place in the response. */
function atIndex({ issues, kept }: BadRecord, index: number): BadRecord {
  return {
    index,
    kept,
    issues: issues.map(({ code, message, path }) => ({ code, message, path: [index, "Egv", ...path.slice(1)] })),
  };
}
