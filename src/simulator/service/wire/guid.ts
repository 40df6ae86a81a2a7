/** The id that says "not logged in" although the status is 200 (PROTOCOL.md, "Account id to session id"). */
export const ZEROS = "00000000-0000-0000-0000-000000000000";

/**
 * The id in lower case, or `undefined` if it does not have the form. Any hexadecimal digits and any case are good
 * (PROTOCOL.md, "Transport"): Swift clients send upper case, and not every id on record is of a UUID version.
 */
export function parseGuid(text: string): string | undefined {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}
