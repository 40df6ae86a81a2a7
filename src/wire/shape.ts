// Not zod/mini, which is made of this: its schema methods, unused here, would add half a kilobyte to every bundle.
import { $ZodCustom, safeParse, type $ZodType } from "zod/v4/core";
import { ServerError, type ErrorDetails, type Issue } from "../errors.ts";

/** A schema of something that the service answers. */
export type Shape<T> = $ZodType<T>;

type Test<T> = (value: T) => boolean;

/** One demand on a field, or on several together where `key` is undefined. */
export function rule<T>(key: (keyof T & string) | undefined, message: string, test: Test<T>): $ZodCustom<T> {
  return schema(message, test as Test<unknown>, { path: key === undefined ? [] : [key] });
}

/** What `isIt` lets through and what then keeps all the rules; each that is broken is an issue of its own. */
export function shape<T>(message: string, isIt: Test<unknown>, ...rules: readonly $ZodCustom<T>[]): Shape<T> {
  return schema(message, isIt, { abort: true, checks: [...rules] as never });
}

function schema<T>(message: string, fn: Test<unknown>, more: Partial<$ZodCustom["_zod"]["def"]>): $ZodCustom<T> {
  return new $ZodCustom({ type: "custom", check: "custom", fn, error: () => message, ...more }) as $ZodCustom<T>;
}

/** What is wrong with `value`; `undefined` where nothing is. Issues hold positions and reasons, no values. */
export function issuesOf(expected: Shape<unknown>, value: unknown): readonly Issue[] | undefined {
  return safeParse(expected, value).error?.issues;
}

/**
 * Passes `value` where it is of the expected shape.
 *
 * @throws {ServerError} named `"ZodError"`, with Zod's issues.
 */
export function checkShape<T>(expected: Shape<T>, value: unknown, details: () => ErrorDetails): asserts value is T {
  const issues = issuesOf(expected, value);
  if (issues) throw invalidShape(issues, details);
}

/** The error of an answer that is not of the shape it should be. */
export function invalidShape(issues: readonly Issue[], details: () => ErrorDetails): ServerError {
  return new ServerError("INVALID_SHAPE", "Unexpected server response", { ...details(), issues });
}
