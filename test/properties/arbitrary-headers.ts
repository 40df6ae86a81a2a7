import fc from "fast-check";

/** What a header can hold at all. */
export const headerValue: fc.Arbitrary<string> = fc.stringMatching(/^[!-~\u00a0-\u00ff]{0,40}$/);

export const httpDate: fc.Arbitrary<string> = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01") })
  .map((date) => date.toUTCString());
