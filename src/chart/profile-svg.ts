import { area, line } from "d3-shape";
import { drawTimeAxis, drawValueAxis, makeFrame, text } from "./frame.ts";
import { element } from "./markup.ts";
import type { Mark } from "./model.ts";
import type { ResolvedChartOptions } from "./options.ts";
import { makeProfile, type ProfileBin } from "./profile.ts";
import { makeValueScale } from "./value-axis.ts";

const DAY_MINUTES = 1440;
const DAY_MS = 86_400_000;

/** Draws all days on top of each other: the median, the middle half, and nine tenths of the readings. */
export function drawProfile(marks: readonly Mark[], options: ResolvedChartOptions): string {
  const bins = makeProfile(marks);
  const known = bins.filter((bin) => bin !== undefined);
  const scale = makeValueScale(
    known.reduce((most, { p95 }) => Math.max(most, p95), 0),
    options.band,
  );
  const frame = makeFrame(options, scale, { high: false, low: false });
  const { left, right, palette, y } = frame;
  const x = (minute: number): number => left + (minute / DAY_MINUTES) * (right - left);
  const step = right - left < 400 ? 6 : 3;
  const ticks = Array.from({ length: 24 / step }, (_, index) => ({
    x: x(index * step * 60),
    label: `${String(index * step).padStart(2, "0")}:00`,
  }));
  const spread = (low: "p5" | "p25", high: "p75" | "p95", opacity: number): string =>
    element("path", {
      d:
        area<ProfileBin | undefined>()
          .digits(1)
          .defined(Boolean)
          .x((bin) => x(bin!.minute))
          .y0((bin) => y(bin![low]))
          .y1((bin) => y(bin![high]))(bins) ?? "",
      ...(options.theme === "e-ink"
        ? { fill: "none", stroke: palette.spread, "stroke-dasharray": low === "p5" ? "1 3" : "4 2" }
        : { fill: palette.spread, "fill-opacity": String(opacity) }),
    });
  const median = line<ProfileBin | undefined>()
    .digits(1)
    .defined(Boolean)
    .x((bin) => x(bin!.minute))
    .y((bin) => y(bin!.p50));
  return [
    text(describeDays(marks), { x: 10, y: 18, "font-size": 15, "font-weight": 600 }),
    drawValueAxis(frame, scale, options),
    drawTimeAxis(frame, ticks, options.height),
    known.length === 0
      ? text("No readings", {
          x: (left + right) / 2,
          y: (frame.top + frame.bottom) / 2,
          "text-anchor": "middle",
          "font-size": 18,
        })
      : "",
    spread("p5", "p95", 0.25),
    spread("p25", "p75", 0.45),
    element("path", { d: median(bins) ?? "", fill: "none", stroke: palette.text, "stroke-width": 2.5 }),
  ].join("");
}

function describeDays(marks: readonly Mark[]): string {
  const days = new Set(marks.map(({ time, offset = 0 }) => Math.floor((time + offset * 60_000) / DAY_MS))).size;
  return `${String(days)} ${days === 1 ? "day" : "days"}, median and spread`;
}
