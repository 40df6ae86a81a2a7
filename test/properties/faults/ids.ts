import { all, final, type CannedResponse, type Columns, type Fault } from "./fault.ts";

const ODD = "5e551000-ffff-0000-0000-0000000000FF";
const SHAPE = "INVALID_SHAPE 1";

const json = (value: unknown) => (): CannedResponse => ({ body: JSON.stringify(value) });
/** Taken as an id by the two logins. A read takes no id for a list. */
const taken: Columns = { ...all(SHAPE), authenticate: "reading 1", login: "reading 1" };

/** 8-4-4-4-12 hex digits of any kind and case, and not all zeros. */
export const IDS: readonly Fault[] = [
  final(
    "all zeros for an id",
    { ...all(SHAPE), authenticate: "DEFAULT_ID 1", login: "DEFAULT_ID 1" },
    json("00000000-0000-0000-0000-000000000000"),
  ),
  final("an id of no UUID version", taken, json(ODD)),
  final("an id in what is called a page", taken, () => ({
    headers: { "content-type": "text/html" },
    body: JSON.stringify(ODD),
  })),
  final("an id in capitals", taken, json(ODD.toUpperCase())),
  final("an id in an object", { ...all(SHAPE), authenticate: "reading 1" }, json({ accountId: ODD })),
  final(
    "zeros in an object",
    { ...all(SHAPE), authenticate: "DEFAULT_ID 1" },
    json({ accountId: "00000000-0000-0000-0000-000000000000" }),
  ),
  final("an id without hyphens", all(SHAPE), json(ODD.replaceAll("-", ""))),
  final("an id in braces", all(SHAPE), json(`{${ODD}}`)),
  final("an id with a line after it", all(SHAPE), json(`${ODD}\n`)),
  final("an id in a list", all(SHAPE), json([ODD])),
  final("an id that is a number", all(SHAPE), json(1)),
  final("an empty id", all(SHAPE), json("")),
];
