import { holds } from "./case.ts";

/** Every text within reach of a value: of its own properties, hidden ones too, and of its classes' accessors. */
function textsOf(value: unknown, seen: Set<unknown> = new Set<unknown>()): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const texts = [
    attempt(() => (value as { toString(): string }).toString()),
    attempt(() => JSON.stringify(value)),
    attempt(() => JSON.stringify(structuredClone(value))),
  ];
  for (
    let holder: object | null = value;
    holder !== null && holder !== Object.prototype;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    for (const key of Reflect.ownKeys(holder)) {
      const part = attempt(() => Reflect.get(holder, key, value) as unknown);
      texts.push(String(key), ...textsOf(part, seen));
    }
  }
  return texts.flatMap((text) => (text === undefined ? [] : [text]));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Fails if one of the secrets, in small letters, is in any text within reach of the value. */
export function holdsNone(value: unknown, secrets: readonly string[], what: string): void {
  for (const text of textsOf(value)) {
    for (const secret of secrets) holds(!text.toLowerCase().includes(secret), `no secret in ${what}`);
  }
}
