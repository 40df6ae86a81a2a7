/** What was looked at, in this order. The number is the exit code where it is the first that failed. */
export const STEP_CODES = {
  versions: 1,
  credentials: 10,
  service: 11,
  clock: 12,
  cache: 13,
  login: 14,
  regions: 14,
  readings: 15,
  age: 16,
} as const;

export type StepName = keyof typeof STEP_CODES;

/** What came of one step. All of it may be read by anybody: no name, no id, no password, no glucose. */
export interface Finding {
  readonly status: "ok" | "warning" | "failed" | "skipped";
  readonly summary: string;
  /** What to check or to do, the likeliest first. */
  readonly advice?: readonly string[] | undefined;
  /** Figures and codes, for programs. */
  readonly details?: Readonly<Record<string, string | number | undefined>> | undefined;
}

export interface Step extends Finding {
  readonly name: StepName;
}

export function ok(summary: string, details?: Finding["details"]): Finding {
  return { status: "ok", summary, details };
}

export function failed(summary: string, advice: readonly string[], details?: Finding["details"]): Finding {
  return { status: "failed", summary, advice, details };
}

export function skipped(summary: string): Finding {
  return { status: "skipped", summary };
}

/** The first step that failed, if one did. */
export function firstFailed(steps: readonly Step[]): Step | undefined {
  return steps.find(({ status }) => status === "failed");
}
