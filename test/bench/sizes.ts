/** What each entry adds to the bundle of an application that imports it. */
import { bundleEntry } from "../support/bundle.ts";
import { ENTRIES } from "../support/entries.ts";
import type { Measurements } from "./figure.ts";

export async function measureSizes(): Promise<Measurements> {
  const sizes = ENTRIES.map(async (entry) => {
    const { bytes } = await bundleEntry(entry);
    return [`size of ${entry.specifier}`, { figure: bytes, beside: entry.bytes }] as const;
  });
  return Object.fromEntries(await Promise.all(sizes));
}
