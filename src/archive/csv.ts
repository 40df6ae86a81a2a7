export { formatClarityCsv, parseClarityCsv, type ClarityFormat, type ClarityOptions } from "./clarity.ts";
export { formatCsv, formatNdjson, parseCsv, parseNdjson } from "./formats.ts";
export type { GlucosePoint } from "../glucose/glucose-point.ts";
