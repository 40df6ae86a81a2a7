/** `npm run api`: rewrites the record of the public API. Each line of its diff is a change for users, and for the changelog. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { ENTRIES } from "../support/entries.ts";
import { describeEntries } from "./describe.ts";

for (const [id, text] of describeEntries(ENTRIES)) writeFileSync(path.join(import.meta.dirname, `${id}.txt`), text);
