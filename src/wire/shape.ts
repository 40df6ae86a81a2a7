import { safeParse, type ZodMiniType } from "zod/mini";
import { ServerError, type ErrorDetails, type Issue } from "../errors.ts";

/** The error of an answer that is not of the shape it should be. Issues hold positions and reasons, no values. */
export function invalidShape(issues: readonly Issue[], details: ErrorDetails): ServerError {
  return new ServerError("INVALID_SHAPE", "Unexpected server response", { ...details, issues });
}

/**
 * `value` as `schema` has it.
 *
 * @throws {ServerError} named `"ZodError"`, with Zod's issues.
 */
export function parseShape<T>(schema: ZodMiniType<T>, value: unknown, details: ErrorDetails): T {
  const checked = safeParse(schema, value);
  if (checked.success) return checked.data;
  throw invalidShape(checked.error.issues, details);
}
