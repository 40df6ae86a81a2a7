import type { ServedEntry } from "./served-entry.ts";

/** Query of a read of entries. */
export interface EntriesQuery {
  /** Largest number of entries. */
  readonly count: number;
  /** Earliest date, in milliseconds; `undefined` if the query names no earliest date. */
  readonly fromMs: number | undefined;
  /** Date up to, but without, which entries are wanted; `undefined` if the query names no latest date. */
  readonly toMs: number | undefined;
  readonly isWanted: (entry: ServedEntry) => boolean;
}

type Comparison = (value: number | string, operand: number | string) => boolean;

const COMPARISONS: ReadonlyMap<string, Comparison> = /* @__PURE__ */ new Map<string, Comparison>([
  ["$gt", (value, operand) => value > operand],
  ["$gte", (value, operand) => value >= operand],
  ["$lt", (value, operand) => value < operand],
  ["$lte", (value, operand) => value <= operand],
  ["$eq", (value, operand) => value === operand],
  ["$ne", (value, operand) => value !== operand],
]);

interface Condition {
  readonly field: "date" | "sgv" | "type" | "device" | "direction";
  readonly operator: string;
  readonly operand: number | string;
}

/** `find[date][$gte]`, or `find[type]` for equality. Brackets may be percent-encoded. */
const FIND = /^find\[(\w+)\](?:\[(\$\w+)\])?$/;

/** Reads `count` and `find`. What it does not know is ignored, as a Nightscout does. */
export function parseQuery(parameters: URLSearchParams, defaultCount = 10): EntriesQuery {
  const conditions = [...parameters].flatMap(([name, value]) => toCondition(name, value));
  const dates = conditions.filter(({ field }) => field === "date");
  const bounds = (operators: readonly string[], shiftMs: number): number[] =>
    dates.flatMap(({ operator, operand }) => (operators.includes(operator) ? [Number(operand) + shiftMs] : []));
  const from = bounds(["$gt", "$gte", "$eq"], 0);
  const to = [...bounds(["$lt", "$lte", "$eq"], 1)];
  return {
    count: parseCount(parameters.get("count"), defaultCount),
    fromMs: from.length > 0 ? Math.floor(Math.max(...from)) : undefined,
    toMs: to.length > 0 ? Math.ceil(Math.min(...to)) : undefined,
    isWanted: (entry) => conditions.every((condition) => holds(condition, entry)),
  };
}

export function parseCount(text: string | null, defaultCount: number): number {
  const count = Number(text ?? NaN);
  return Number.isSafeInteger(count) && count > 0 ? count : defaultCount;
}

function toCondition(name: string, text: string): Condition[] {
  const [, field, operator = "$eq"] = FIND.exec(name) ?? [];
  if (!COMPARISONS.has(operator)) return [];
  switch (field) {
    case "date":
    case "mills":
      return toNumbers("date", operator, Number(text));
    case "dateString":
    case "sysTime":
      return toNumbers("date", operator, Date.parse(text));
    case "sgv":
      return toNumbers("sgv", operator, Number(text));
    case "type":
    case "device":
    case "direction":
      return [{ field, operator, operand: text }];
    default:
      return [];
  }
}

/** Drops a condition with an operand that is no number: it would hide every reading. */
function toNumbers(field: "date" | "sgv", operator: string, operand: number): Condition[] {
  return Number.isNaN(operand) ? [] : [{ field, operator, operand }];
}

function holds({ field, operator, operand }: Condition, entry: ServedEntry): boolean {
  return COMPARISONS.get(operator)!(entry[field], operand);
}
