import { all, each, final, retried, type CannedResponse, type Fault } from "./fault.ts";

const MEGABYTE = 1_048_576;
const RECORD = {
  WT: "Date(1691239553000)",
  ST: "Date(1691239553000)",
  DT: "Date(1691239553000-0400)",
  Value: 132,
  Trend: "Flat",
};

const page = (status: number, sent: string): CannedResponse => ({
  status,
  headers: { "content-type": "text/html" },
  body: `<!DOCTYPE html><html><title>${status}</title><pre>${sent}</pre></html>`,
});

/**
 * Bodies without a valid response, and responses of another shape than expected (PROTOCOL.md, "Responses that are no
 * fault").
 */
export const BODIES: readonly Fault[] = [
  final("an empty body", all("INVALID_JSON 1"), () => ({ body: "" })),
  final("status 204", all("INVALID_JSON 1"), () => ({ status: 204 })),
  final("truncated JSON", all("INVALID_JSON 1"), ({ text }) => ({ body: text.slice(0, -2) })),
  final("two values of JSON", all("INVALID_JSON 1"), () => ({ body: "[] []" })),
  final("bytes that are no text", all("INVALID_JSON 1"), () => ({ body: new Uint8Array([0xff, 0xfe, 0, 1]) })),
  final("HTML with 200", all("INVALID_JSON 1"), ({ text }) => page(200, text)),
  final("HTML with 403", all("UNEXPECTED_RESPONSE 1"), ({ text }) => page(403, text), { turnsAway: true }),
  retried("HTML with 502", "UNEXPECTED_RESPONSE", ({ text }) => page(502, text)),
  retried("HTML with 503", "UNEXPECTED_RESPONSE", ({ text }) => page(503, text), {
    // What sent it did not pass the login on.
    turnsAway: true,
    always: all("UNEXPECTED_RESPONSE 3"),
  }),
  final("the word Forbidden", all("UNEXPECTED_RESPONSE 1"), () => ({ status: 403, body: "Forbidden" }), {
    turnsAway: true,
  }),
  final("a body of 50 MB", all("UNEXPECTED_RESPONSE 1"), ({ text }) => ({ padding: 50 * MEGABYTE, body: text })),
  retried("a body of 50 MB with 500", "UNEXPECTED_RESPONSE", ({ text }) => ({
    status: 500,
    padding: 50 * MEGABYTE,
    body: text,
  })),
  final("what was sent, sent back", all("INVALID_SHAPE 1"), ({ text }) => ({ body: text })),
  final("null", all("INVALID_SHAPE 1"), () => ({ body: "null" })),
  final("true", all("INVALID_SHAPE 1"), () => ({ body: "true" })),
  final("an empty object", all("INVALID_SHAPE 1"), () => ({ body: "{}" })),
  final("an empty list", each("INVALID_SHAPE 1", "nothing 1"), () => ({ body: "[]" })),
  final("an empty list in what is called a page", each("INVALID_SHAPE 1", "nothing 1"), () => ({
    headers: { "content-type": "text/html" },
    body: "[]",
  })),
  final("an empty list with no content type", each("INVALID_SHAPE 1", "nothing 1"), () => ({
    headers: { "content-type": "" },
    body: "[]",
  })),
  final("a record in no list", all("INVALID_SHAPE 1"), () => ({ body: JSON.stringify(RECORD) })),
  ...[
    ["a figure of null", { Value: null }],
    ["a figure that is an empty string", { Value: "" }],
    ["a figure with a fraction", { Value: 120.5 }],
    ["a status code for a figure", { Value: 5 }],
    ["no figure", { Value: undefined }],
    ["an invalid date", { WT: "2023-08-05" }],
    ["a date beyond all dates", { DT: "Date(9000000000000000)" }],
    ["no dates", { WT: undefined, ST: undefined, DT: undefined }],
    ["a trend of nobody's", { Trend: "toString" }],
    ["a trend of null", { Trend: null }],
  ].map(([what, change]) =>
    final(`a record with ${what as string}`, all("INVALID_SHAPE 1"), () => ({
      body: JSON.stringify([RECORD, { ...RECORD, ...(change as object) }]),
    })),
  ),
];
