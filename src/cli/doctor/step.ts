/** Steps in their order. The number is the exit code if that step is the first to fail. */
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

/** Result of one step. Anybody may read it: it holds no name, id, password or glucose. */
export interface Finding {
  readonly status: "ok" | "warning" | "failed" | "skipped";
  readonly summary: string;
  /** Things to check or to do, the likeliest first. */
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
