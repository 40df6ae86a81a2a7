import { all, final, retried, type Fault } from "./fault.ts";

const TEXT = "The server encountered an error processing the request. See server logs for more details.";
const EMPTY: readonly number[] = [401, 409, 504];

const body = (status: number): string => (EMPTY.includes(status) ? "" : TEXT);

/** Statuses whose body says nothing that we know: what is retried is on the list of `retryOnStatuses`. */
export const STATUSES: readonly Fault[] = [
  ...[400, 401, 403, 404, 408, 409, 423, 425, 501, 520].map((status) =>
    final(`status ${status}`, all("UNEXPECTED_RESPONSE 1"), () => ({ status, body: body(status) }), {
      turnsAway: status < 500,
    }),
  ),
  ...[500, 502, 504].map((status) =>
    retried(`status ${status}`, "UNEXPECTED_RESPONSE", () => ({ status, body: body(status) })),
  ),
  retried("status 503", "UNEXPECTED_RESPONSE", () => ({ status: 503, body: TEXT }), {
    turnsAway: true,
    always: all("UNEXPECTED_RESPONSE 3"),
  }),
  ...[301, 302, 303, 307, 308].map((status) =>
    final(`a redirect to another origin with ${status}`, all("UNEXPECTED_RESPONSE 1"), ({ elsewhere }) => ({
      status,
      headers: { location: `${elsewhere}/ShareWebServices/Services/General/Login` },
    })),
  ),
  final("a redirect that names what was sent", all("UNEXPECTED_RESPONSE 1"), ({ text, elsewhere }) => ({
    status: 302,
    headers: { location: `${elsewhere}/?${encodeURIComponent(text)}` },
  })),
  final(
    "a redirect that a fetch followed all the same",
    all("UNEXPECTED_RESPONSE 1"),
    () => ({ isFollowed: true, body: "[]" }),
    {
      only: "script",
    },
  ),
];
