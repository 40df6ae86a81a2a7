/**
 * Schemas of what the service sends. A schema is a function that returns what is wrong with a value, so a schema of an
 * object is made of the schemas of its fields, and its type is inferred from theirs.
 *
 * They are written here because a library would be a fifth of what an application bundles for `Dexcom`. A property test
 * holds them equal to Zod's: same values accepted, same places and codes of issues.
 */
import { ServerError, type ErrorDetails, type Issue } from "../errors.ts";
import { isObject } from "../validate.ts";

/** Returns what is wrong with a value; an empty list if it matches. `T` is the type of the values that match. */
export interface Schema<out T = unknown> {
  (value: unknown): readonly Issue[];
  /** Never set: it carries the type alone. */
  readonly accepts?: T;
}

/** Type of the values that a schema accepts. */
export type Infer<S extends Schema> = S extends Schema<infer T> ? T : never;
type Shape = Readonly<Record<string, Schema>>;
type ObjectOf<S extends Shape> = { readonly [Key in keyof S]: Infer<S[Key]> };
type Rule<T> = (value: T) => readonly Issue[];

const NO_ISSUES: readonly Issue[] = [];

/** Builds a schema when it is first needed, so that importing the package builds no schema. */
export function lazy<S>(build: () => S): () => S {
  let schema: S | undefined;
  return () => (schema ??= build());
}

/** Schema of a value that only a function can recognize. */
export function value<T>(isValid: (value: unknown) => boolean, message: string): Schema<T> {
  return rule(isValid, message);
}

/**
 * Rule for an object as a whole.
 *
 * @param path Place of the issue in the object. @default the object itself
 */
export function rule<T>(isKept: (value: T) => boolean, message: string, path: readonly PropertyKey[] = []): Rule<T> {
  return (value) => (isKept(value) ? NO_ISSUES : [{ code: "custom", path, message }]);
}

/**
 * Schema of an object. Its other keys are not looked at. Rules are checked even if a field does not match, so that all
 * that is wrong with a record is told.
 */
export function object<S extends Shape>(
  shape: S,
  message: string,
  ...rules: readonly Rule<ObjectOf<S>>[]
): Schema<ObjectOf<S>> {
  return (value) => {
    if (!isObject(value) || Array.isArray(value)) return wrongType(message);
    const record = value as ObjectOf<S>;
    const fields = Object.entries(shape).flatMap(([key, field]) => at(key, field(record[key])));
    return [...fields, ...rules.flatMap((rule) => rule(record))];
  };
}

export function array<T>(element: Schema<T>, message: string): Schema<T[]> {
  return (value) =>
    Array.isArray(value) ? value.flatMap((item, index) => at(index, element(item))) : wrongType(message);
}

/** Schema of a field that may be missing. */
export function optional<T>(inner: Schema<T>): Schema<T | undefined> {
  return (value) => (value === undefined ? NO_ISSUES : inner(value));
}

/** Schema of a field that may be missing or `null`. */
export function nullish<T>(inner: Schema<T>): Schema<T | null | undefined> {
  return (value) => (value === null ? NO_ISSUES : optional(inner)(value));
}

export function unknown(): Schema {
  return () => NO_ISSUES;
}

export function string(message: string): Schema<string> {
  return (value) => (typeof value === "string" ? NO_ISSUES : wrongType(message));
}

export function boolean(message: string): Schema<boolean> {
  return (value) => (typeof value === "boolean" ? NO_ISSUES : wrongType(message));
}

/** Schema of a whole number. */
export function int(message: string): Schema<number> {
  return (value) => (Number.isSafeInteger(value) ? NO_ISSUES : wrongType(message));
}

/** Schema of one of a few words. */
export function oneOf<Word extends string>(words: readonly Word[], message: string): Schema<Word> {
  return value((given) => (words as readonly unknown[]).includes(given), message);
}

function wrongType(message: string): Issue[] {
  return [{ code: "invalid_type", path: [], message }];
}

function at(key: PropertyKey, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }));
}

/**
 * Asserts that a value matches the schema.
 *
 * @throws {ServerError} Named `"ZodError"`, with `issues`.
 */
export function checkSchema<T>(schema: Schema<T>, value: unknown, details: () => ErrorDetails): asserts value is T {
  const issues = schema(value);
  if (issues.length > 0) throw invalidShape(issues, details);
}

/** Makes the error for a response of the wrong shape. */
export function invalidShape(issues: readonly Issue[], details: () => ErrorDetails): ServerError {
  return new ServerError("INVALID_SHAPE", "Unexpected server response", { ...details(), issues });
}
