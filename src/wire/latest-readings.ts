import type { ErrorDetails } from "../errors.ts";
import { isId } from "./ids.ts";
import { parseReadings, type BadRecord, type ParsedReading } from "./readings.ts";
import { checkShape, rule, shape, type Shape } from "./shape.ts";

/** One element of the answer; of its keys only `Egv` is on record (wire-protocol 7.4). */
interface RawLatestReading {
  readonly Egv?: unknown;
  readonly SubscriptionId?: unknown;
}

/** One element read. */
export interface ParsedLatestReading {
  /** `undefined` where the subscription has none. */
  readonly reading: ParsedReading | undefined;
  /** `undefined` where the element does not say whose it is. */
  readonly subscriptionId: string | undefined;
}

let listShape: Shape<unknown[]> | undefined;
let elementShape: Shape<RawLatestReading> | undefined;

/**
 * The answer of ReadLastGlucoseFromSubscriptions, in the service's order.
 *
 * @throws {ServerError} where it is no list of such elements or a reading breaks a rule, unless `onBad` is there to be told of that.
 */
export function parseLatestReadings(
  value: unknown,
  details: () => ErrorDetails,
  onBad?: (bad: BadRecord) => void,
): ParsedLatestReading[] {
  checkShape((listShape ??= shape<unknown[]>("not a list", Array.isArray)), value, details);
  elementShape ??= shape(
    "not an element",
    (given) => typeof given === "object" && given !== null && !Array.isArray(given),
    rule("Egv", "missing", (element) => "Egv" in element),
    rule(
      "SubscriptionId",
      "not an id of the service",
      ({ SubscriptionId }) => (SubscriptionId ?? undefined) === undefined || isId(SubscriptionId),
    ),
  );
  return value.map((element, index) => {
    checkShape(elementShape!, element, details);
    const { Egv, SubscriptionId } = element;
    // The place in the answer, and not in the list of one that is handed on.
    const onBadHere = onBad && ((bad: BadRecord): void => onBad(atPlace(bad, index)));
    const [reading] = Egv === null ? [] : parseReadings([Egv], details, onBadHere && { onBad: onBadHere });
    return { reading, subscriptionId: (SubscriptionId as string | null | undefined) ?? undefined };
  });
}

function atPlace({ issues, kept }: BadRecord, index: number): BadRecord {
  return {
    index,
    kept,
    issues: issues.map(({ code, message, path }) => ({ code, message, path: [index, "Egv", ...path.slice(1)] })),
  };
}
