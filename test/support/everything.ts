import { inspect } from "node:util";

/** All that any printer, logger or serializer could make of `value`: what a secret must not be found in. */
export function everythingOf(value: unknown): string {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  const collect = (what: unknown): void => {
    if (typeof what === "symbol" || typeof what === "function") return;
    texts.push(
      inspect(what, { showHidden: true, depth: Infinity, getters: true, maxStringLength: null, maxArrayLength: null }),
    );
    if (typeof what !== "object" || what === null || seen.has(what)) return;
    seen.add(what);
    texts.push(JSON.stringify(what), cloned(what));
    for (
      let owner: unknown = what;
      owner !== null && owner !== Object.prototype;
      owner = Object.getPrototypeOf(owner)
    ) {
      for (const key of Reflect.ownKeys(owner as object)) {
        if (key === "__proto__") continue;
        texts.push(String(key));
        collect((what as Record<PropertyKey, unknown>)[key]);
      }
    }
  };
  collect(value);
  return texts.join("\n");
}

/** What another thread, or a store that clones, would get. */
function cloned(value: object): string {
  try {
    const clone: unknown = structuredClone(value);
    const { message, stack, cause } = clone as Partial<Error>;
    return inspect([clone, message, stack, cause], { showHidden: true, depth: Infinity });
  } catch {
    return "";
  }
}
