/**
 * Schemas of what the service sends, made of the classes of `zod/v4/core`. `zod/mini` is made of them too, and adds
 * 700 bytes of methods that this package does not call.
 */
import * as z from "zod/v4/core";
import { ServerError, type ErrorDetails, type Issue } from "../errors.ts";

export type Schema<T = unknown> = z.$ZodType<T>;
/** Type of the values that a schema accepts. */
export type Infer<S extends Schema> = z.output<S>;
type Rule<T> = z.$ZodCustom<T, T> & Schema<T>;
type ObjectOf<Shape extends z.$ZodShape> = z.$ZodObject<Shape, z.$strip>;

/** Builds a schema when it is first needed, so that importing the package builds no schema. */
export function lazy<S>(build: () => S): () => S {
  let schema: S | undefined;
  return () => (schema ??= build());
}

/** Schema of a value that only a function can recognize. */
export function value<T>(isValid: (value: unknown) => boolean, message: string): Schema<T> {
  return rule(isValid, message) as Schema<T>;
}

/**
 * Rule for an object whose fields match their schemas.
 *
 * @param path Place of the issue in the object. @default the object itself
 */
export function rule<T>(isKept: (value: T) => boolean, message: string, path: PropertyKey[] = []): Rule<T> {
  const fn = isKept as (value: unknown) => boolean;
  // Not aborting, so that all rules of the object around it are checked.
  const def = { type: "custom", check: "custom", abort: false, fn, path, error: () => message } as const;
  return new z.$ZodCustom(def) as Rule<T>;
}

/** Schema of an object. Its other keys are not looked at. */
export function object<Shape extends z.$ZodShape>(
  shape: Shape,
  message: string,
  ...checks: Rule<Infer<ObjectOf<Shape>>>[]
): ObjectOf<Shape> {
  return new z.$ZodObject({ type: "object", shape, error: () => message, checks }) as ObjectOf<Shape>;
}

export function array<S extends Schema>(element: S, message: string): z.$ZodArray<S> {
  return new z.$ZodArray({ type: "array", element, error: () => message }) as z.$ZodArray<S>;
}

/** Schema of a field that may be missing. */
export function optional<S extends Schema>(innerType: S): z.$ZodOptional<S> {
  return new z.$ZodOptional({ type: "optional", innerType }) as z.$ZodOptional<S>;
}

/** Schema of a field that may be missing or `null`. */
export function nullish<S extends Schema>(innerType: S): z.$ZodOptional<z.$ZodNullable<S>> {
  return optional(new z.$ZodNullable({ type: "nullable", innerType }) as z.$ZodNullable<S>);
}

export function unknown(): z.$ZodUnknown {
  return new z.$ZodUnknown({ type: "unknown" });
}

export function string(message: string): z.$ZodString {
  return new z.$ZodString({ type: "string", error: () => message });
}

export function boolean(message: string): z.$ZodBoolean {
  return new z.$ZodBoolean({ type: "boolean", error: () => message });
}

/** Schema of a whole number. Not by zod's own format `safeint`, whose table of limits no bundler drops. */
export function int(message: string): z.$ZodNumber {
  return new z.$ZodNumber({ type: "number", error: () => message, checks: [rule(Number.isSafeInteger, message)] });
}

/** Schema of one of a few words. */
export function oneOf<Word extends string>(words: readonly Word[], message: string): Schema<Word> {
  const entries = Object.fromEntries(words.map((word) => [word, word]));
  return new z.$ZodEnum({ type: "enum", entries, error: () => message }) as unknown as Schema<Word>;
}

/** Returns what is wrong with a value; `undefined` if it matches the schema. */
export function findIssues(schema: Schema, value: unknown): readonly Issue[] | undefined {
  const result = schema["~standard"].validate(value);
  // Zod returns a promise if a rule has thrown. It must not pass for a value without issues.
  if (result instanceof Promise) throw new TypeError("a rule of a schema has thrown");
  // Some issues of Zod's quote keys or choices. Only these three fields leave.
  return (result.issues as readonly Issue[] | undefined)?.map(({ code, path, message }) => ({ code, path, message }));
}

/**
 * Asserts that a value matches the schema.
 *
 * @throws {ServerError} Named `"ZodError"`, with `issues`.
 */
export function checkSchema<T>(schema: Schema<T>, value: unknown, details: () => ErrorDetails): asserts value is T {
  const issues = findIssues(schema, value);
  if (issues) throw invalidShape(issues, details);
}

/** Makes the error for a response of the wrong shape. */
export function invalidShape(issues: readonly Issue[], details: () => ErrorDetails): ServerError {
  return new ServerError("INVALID_SHAPE", "Unexpected server response", { ...details(), issues });
}
