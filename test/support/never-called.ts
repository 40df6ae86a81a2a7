/** A function that must not be called. */
export function neverCalled(): never {
  throw new Error("called after all");
}
