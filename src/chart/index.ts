export { chartSvg } from "./chart-svg.ts";
export type { ChartBand, ChartOptions, ChartPoint, ChartTheme } from "./options.ts";
export type { GlucoseUnit } from "../glucose/glucose.ts";
