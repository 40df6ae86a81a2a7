import { toReasonable } from "./injection-checks.ts";
import type { Injection } from "./injection.ts";
import type { RecordedRequest } from "../request-log.ts";

/** The faults in force. */
export class InjectionList {
  readonly #rules = new Set<{ readonly injection: Injection; skips: number; left: number }>();

  /** @returns what ends it. @throws {ArgumentError} If a field is invalid. The message names it. */
  add(injection: Injection): () => void {
    const checked = toReasonable(injection);
    const rule = { injection: checked, skips: checked.after ?? 0, left: checked.times ?? Infinity };
    this.#rules.add(rule);
    return () => void this.#rules.delete(rule);
  }

  /** The one that happens to this request: of several, the one that was injected first. */
  take(request: RecordedRequest): Injection | undefined {
    for (const rule of this.#rules) {
      if (!isMeant(rule.injection, request)) continue;
      if (rule.skips > 0) {
        rule.skips--;
        continue;
      }
      if (--rule.left <= 0) this.#rules.delete(rule);
      return rule.injection;
    }
    return undefined;
  }
}

function isMeant({ operation, when }: Injection, request: RecordedRequest): boolean {
  if (operation !== undefined) {
    const meant: readonly (string | undefined)[] = typeof operation === "string" ? [operation] : operation;
    if (!meant.includes(request.operation)) return false;
  }
  return when === undefined || when(request);
}
