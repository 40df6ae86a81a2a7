import { ArgumentError } from "../../errors.ts";
import type { Injection } from "./injection.ts";
import { OPERATIONS } from "../service/operations/index.ts";

/** A hundred years. */
const MAX_SHIFT_MS = 100 * 365.25 * 86_400_000;

/** Checks of the fields of an injection. */
const CHECKS: { readonly [Field in keyof Injection]-?: readonly [must: string, is: (value: unknown) => boolean] } = {
  operation: ["name operations that the simulator knows", (value) => toList(value).every(isOperation)],
  when: ["be a function", (value) => typeof value === "function"],
  times: ["be a number from 1", (value) => isCount(value) && Number(value) >= 1],
  after: ["be a number from 0", isCount],
  status: ["be a whole number from 200 to 599", isStatus],
  headers: ["be an object of header names and values", isHeaders],
  body: ["be a string or bytes", (value) => typeof value === "string" || value instanceof Uint8Array],
  code: ["be a string", isString],
  message: ["be a string", isString],
  delayMs: ["be a number from 0", isFromZero],
  bodyDelayMs: ["be a number from 0", isFromZero],
  drop: ['be "before-headers" or "mid-body"', (value) => value === "before-headers" || value === "mid-body"],
  truncate: ["be a whole number from 0", isCount],
  dateShiftMs: ["be a number of milliseconds, a hundred years at most", isShift],
  readingsLateMs: ["be a number from 0", isFromZero],
  isProcessed: ["be true or false", (value) => typeof value === "boolean"],
};

/** The same without absent fields. @throws {ArgumentError} If a field is invalid. The message names it. */
export function toReasonable(injection: Injection): Injection {
  const present = Object.entries(injection).filter(([, value]) => value !== undefined);
  for (const [name, value] of present) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof Injection] : undefined;
    // A misspelt fault would be one that never happens.
    if (check === undefined) throw new ArgumentError(`An injection has no field ${name}`);
    const [must, is] = check;
    if (!is(value)) throw new ArgumentError(`${name} must ${must}`);
  }
  return Object.fromEntries(present);
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isOperation(value: unknown): boolean {
  return [...OPERATIONS.values()].some(({ name }) => name === value);
}

function isString(value: unknown): boolean {
  return typeof value === "string";
}

function isFromZero(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

/** A `Date` header can't say every date that a number can. */
function isShift(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) <= MAX_SHIFT_MS;
}

function isCount(value: unknown): boolean {
  return isFromZero(value) && (Number.isInteger(value) || value === Infinity);
}

function isStatus(value: unknown): boolean {
  return isCount(value) && Number(value) >= 200 && Number(value) <= 599;
}

function isHeaders(value: unknown): boolean {
  try {
    new Headers(value as Record<string, string>);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}
