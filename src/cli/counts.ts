/** Writes a number of things: `"1 reading"`, `"4,032 readings"`. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
