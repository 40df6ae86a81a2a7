/** One character holds five bits of a number, and whether another character follows. Also the alphabet of Base64url. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HALF = 32;

/** Writes whole numbers as text: `undefined` and small numbers of either sign take one character. */
export function writeNumbers(numbers: readonly (number | undefined)[]): string {
  let text = "";
  for (const number of numbers) {
    let rest = number === undefined ? 0 : Math.abs(2 * number) + (number < 0 ? 0 : 1);
    for (; rest >= HALF; rest = Math.floor(rest / HALF)) text += ALPHABET.charAt(HALF + (rest % HALF));
    text += ALPHABET.charAt(rest);
  }
  return text;
}

/**
 * Reads what `writeNumbers` has written; a number that is not a safe integer is NaN, and all are NaN if a character is
 * invalid.
 */
export function readNumbers(text: string): (number | undefined)[] {
  const numbers: (number | undefined)[] = [];
  let [value, unit] = [0, 1];
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    value += digit < 0 ? NaN : (digit % HALF) * unit;
    unit *= HALF;
    if (digit >= HALF) continue;
    numbers.push(numberOf(value));
    [value, unit] = [0, 1];
  }
  return numbers;
}

function numberOf(value: number): number | undefined {
  if (value === 0) return undefined;
  const number = value % 2 ? (value - 1) / 2 : -value / 2;
  return Number.isSafeInteger(number) ? number : NaN;
}
