import { CHROMIUM } from "./chromium.ts";
import type { Driver } from "./driver.ts";
import { PROGRAMS } from "./programs.ts";
import { WORKERD } from "./workerd.ts";

/** A runtime a line, in the order of the table. */
export const DRIVERS: readonly Driver[] = [...PROGRAMS, ...WORKERD, CHROMIUM];
