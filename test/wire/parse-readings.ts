import assert from "node:assert/strict";
import { ServerError, type ErrorDetails } from "../../src/errors.ts";
import { parseReadings, type BadRecord, type ParsedReading } from "../../src/wire/readings.ts";

export const details = (): ErrorDetails => ({ status: 200, attempts: 1 });

export const parse = (records: unknown, onBad?: (bad: BadRecord) => void): ParsedReading[] =>
  parseReadings(records, details, onBad && { onBad });

export const figures = (readings: readonly ParsedReading[]): number[] => readings.map(({ mgDl }) => mgDl);

/** The paths of everything that makes the response fail, from its one error. */
export function pathsOf(records: unknown): unknown[] {
  try {
    parse(records);
  } catch (error) {
    assert.ok(error instanceof ServerError);
    assert.equal(error.name, "ZodError");
    assert.equal(error.code, "INVALID_SHAPE");
    assert.equal(error.message, "Unexpected server response");
    assert.equal(error.status, 200);
    assert.ok(error.issues);
    return error.issues.map(({ path }) => path);
  }
  throw new Error("taken after all");
}
