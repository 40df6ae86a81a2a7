import * as z from "zod/mini";
import { ServerError, type ErrorDetails, type Issue } from "../errors.ts";

/** Builds a schema when it is first needed, so that importing the package builds no schema. */
export function lazy<S>(build: () => S): () => S {
  let schema: S | undefined;
  return () => (schema ??= build());
}

/** Schema of a value that only a function can recognize. The rules of the object around it are checked all the same. */
export function value<T>(isValid: (value: unknown) => boolean, message: string): z.ZodMiniCustom<T, T> {
  return z.custom<T>(isValid, { error: message, abort: false });
}

/** Returns what is wrong with a value; `undefined` if it matches the schema. */
export function findIssues(schema: z.ZodMiniType, value: unknown): readonly Issue[] | undefined {
  // Some issues of Zod's quote keys or choices. Only these three fields leave.
  return z.safeParse(schema, value).error?.issues.map(({ code, path, message }) => ({ code, path, message }));
}

/**
 * Asserts that a value matches the schema.
 *
 * @throws {ServerError} Named `"ZodError"`, with `issues`.
 */
export function checkSchema<T>(
  schema: z.ZodMiniType<T>,
  value: unknown,
  details: () => ErrorDetails,
): asserts value is T {
  const issues = findIssues(schema, value);
  if (issues) throw invalidShape(issues, details);
}

/** Makes the error for a response of the wrong shape. */
export function invalidShape(issues: readonly Issue[], details: () => ErrorDetails): ServerError {
  return new ServerError("INVALID_SHAPE", "Unexpected server response", { ...details(), issues });
}
