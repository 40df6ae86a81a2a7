/** Returns the known name that was probably meant, or `undefined` if no name is close. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  // A longer text is no slip of the fingers.
  if (given.length > 40) return undefined;
  for (let edits = 0; edits <= Math.max(1, given.length / 2); edits++) {
    // A suggestion may differ in a third of its letters.
    const names = known.filter((name) => edits <= Math.max(1, name.length / 3));
    const meant = names.find((name) => isWithin(edits, given.toLowerCase(), name.toLowerCase()));
    if (meant !== undefined) return meant;
  }
  return undefined;
}

/** Tells if at most so many letters have to be inserted, deleted, replaced or swapped with their neighbour. */
function isWithin(edits: number, from: string, to: string): boolean {
  if (Math.abs(from.length - to.length) > edits) return false;
  if (from === to) return true;
  const [fromRest, toRest] = [from.slice(1), to.slice(1)];
  if (from[0] === to[0]) return isWithin(edits, fromRest, toRest);
  const isSwapped = from[0] === to[1] && from[1] === to[0];
  return (
    isWithin(edits - 1, fromRest, to) ||
    isWithin(edits - 1, from, toRest) ||
    isWithin(edits - 1, fromRest, toRest) ||
    (isSwapped && isWithin(edits - 1, from.slice(2), to.slice(2)))
  );
}
