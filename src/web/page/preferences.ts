import type { GlucoseUnit } from "../../glucose/glucose.ts";
import type { Exchange } from "../http/exchange.ts";
import { RequestError } from "../http/request-error.ts";
import { maxHoursOf } from "../routes/history.ts";

/** Themes of the page. `"night"` is dim, for a bedside table. */
export const THEMES = ["auto", "light", "dark", "night"] as const;

/** Hours that the page offers; those beyond a day need an archive. */
export const WINDOWS: readonly (readonly [hours: number, label: string])[] = [
  [3, "3 h"],
  [6, "6 h"],
  [12, "12 h"],
  [24, "24 h"],
  [336, "14 days"],
  [2160, "90 days"],
];

/** Choices of the viewer. They are in the address, so that a bookmark keeps them. */
export interface Preferences {
  /** `undefined` shows all wearers. */
  readonly wearer: string | undefined;
  readonly hours: number;
  readonly unit: GlucoseUnit;
  readonly theme: (typeof THEMES)[number];
}

/** @throws {RequestError} If the address has a choice that does not exist. */
export function readPreferences({ hub, parameters, options }: Exchange): Preferences {
  const wearer = parameters.text("wearer");
  const shown = hub.watched.filter((watched) => wearer === undefined || watched.wearer.name === wearer);
  if (shown.length === 0) throw new RequestError(404, "No wearer has this name");
  const maxHours = Math.max(...shown.map(maxHoursOf));
  return {
    wearer,
    hours: parameters.integer("hours", { min: 1, max: maxHours, fallback: 6 }),
    unit: parameters.unit(options.unit),
    theme: parameters.choice("theme", THEMES, "auto"),
  };
}

/** Writes the query of an address with these choices. */
export function toQuery({ wearer, hours, unit, theme }: Preferences): string {
  const query = new URLSearchParams({ hours: String(hours), unit: unit === "mg/dL" ? "mg" : "mmol", theme });
  if (wearer !== undefined) query.set("wearer", wearer);
  return `?${query.toString()}`;
}
