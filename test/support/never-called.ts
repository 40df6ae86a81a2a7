/** Stands where nothing may call. */
export function neverCalled(): never {
  throw new Error("called after all");
}
