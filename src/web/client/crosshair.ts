import type { View } from "./view.ts";

interface Point {
  readonly time: number;
  readonly mgDl: number;
}

/** Two readings that are nearer to each other are the same one. */
const SAME_MS = 30_000;

/** Choice of the viewer in a chart. It outlives the chart, which is replaced at each reading. */
interface Choice {
  /** Time of the reading that the keys have led to. @default that of the newest reading */
  time?: number | undefined;
  isDismissed?: boolean | undefined;
}

/** Shows single readings of the chart: under the pointer, and by the arrow keys. */
export function attachCrosshair(view: View): void {
  const choices = new Map<string, Choice>();
  const attach = (): void => {
    for (const chart of view.element.querySelectorAll<HTMLElement>(".chart[data-points]")) {
      const choice = choices.get(chart.id) ?? {};
      choices.set(chart.id, choice);
      new Crosshair(chart, view.unit, choice);
    }
  };
  view.element.addEventListener("shown", attach);
  attach();
}

class Crosshair {
  readonly #chart: HTMLElement;
  readonly #unit: string;
  readonly #choice: Choice;
  readonly #points: readonly Point[];
  readonly #line = document.createElement("div");
  readonly #label = document.createElement("div");
  #index: number;

  constructor(chart: HTMLElement, unit: string, choice: Choice) {
    this.#chart = chart;
    this.#unit = unit;
    this.#choice = choice;
    const from = Number(chart.dataset["from"]);
    this.#points = (chart.dataset["points"] ?? "").split(" ").flatMap((pair) => {
      const [seconds, mgDl] = pair.split(":");
      return mgDl === undefined ? [] : [{ time: from + Number(seconds) * 1000, mgDl: Number(mgDl) }];
    });
    const chosen = this.#points.findIndex(({ time }) => Math.abs(time - (choice.time ?? Infinity)) < SAME_MS);
    this.#index = chosen === -1 ? this.#points.length - 1 : chosen;
    if (this.#index < 0) return;
    this.#line.className = "crosshair";
    this.#label.className = "crosshair-label";
    chart.append(this.#line, this.#label);
    chart.tabIndex = 0;
    chart.setAttribute("role", "slider");
    chart.setAttribute("aria-label", "Single readings, by the arrow keys");
    chart.setAttribute("aria-valuemin", "1");
    chart.setAttribute("aria-valuemax", String(this.#points.length));
    this.#describe();
    chart.addEventListener("pointermove", (event) => this.#point(event.clientX));
    chart.addEventListener("pointerleave", () => this.#hide());
    chart.addEventListener("focus", () => {
      if (chart.matches(":focus-visible") && choice.isDismissed !== true) this.#show();
    });
    chart.addEventListener("blur", () => this.#hide());
    chart.addEventListener("keydown", (event) => this.#press(event));
  }

  #press(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      this.#choice.isDismissed = true;
      this.#hide();
      return;
    }
    const last = this.#points.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: this.#index - 1,
      ArrowDown: this.#index - 1,
      ArrowRight: this.#index + 1,
      ArrowUp: this.#index + 1,
      PageDown: this.#index - 12,
      PageUp: this.#index + 12,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.#index = Math.max(0, Math.min(last, target));
    this.#choice.time = this.#index === last ? undefined : this.#points[this.#index]!.time;
    this.#choice.isDismissed = false;
    this.#show();
  }

  #point(clientX: number): void {
    const { left, scale } = this.#frame();
    const time = this.#from + (clientX - this.#chart.getBoundingClientRect().left - left) / scale;
    const distance = ({ time: other }: Point): number => Math.abs(other - time);
    this.#points.forEach((point, index) => {
      if (distance(point) < distance(this.#points[this.#index]!)) this.#index = index;
    });
    this.#show();
  }

  #show(): void {
    const { left, scale } = this.#frame();
    const { time } = this.#points[this.#index]!;
    const x = left + (time - this.#from) * scale;
    this.#line.style.left = `${String(x)}px`;
    this.#label.style.left = `${String(x)}px`;
    this.#label.classList.toggle("left", x > this.#chart.clientWidth / 2);
    this.#label.textContent = this.#describe();
    this.#chart.classList.add("pointed");
  }

  #hide(): void {
    this.#chart.classList.remove("pointed");
  }

  #describe(): string {
    const { time, mgDl } = this.#points[this.#index]!;
    const local = new Date(time + Number(this.#chart.dataset["offset"]) * 60_000).toISOString().slice(11, 16);
    const text = `${formatFigure(mgDl, this.#unit)} at ${local}`;
    this.#chart.setAttribute("aria-valuenow", String(this.#index + 1));
    this.#chart.setAttribute("aria-valuetext", text);
    return text;
  }

  get #from(): number {
    return Number(this.#chart.dataset["from"]);
  }

  /** Place of the first moment, in pixels of the screen, and pixels per millisecond. */
  #frame(): { left: number; scale: number } {
    const shown = [...this.#chart.querySelectorAll("svg")].find(({ clientWidth }) => clientWidth > 0)!;
    const zoom = shown.clientWidth / shown.viewBox.baseVal.width;
    const { left, right, to } = this.#chart.dataset;
    const width = shown.viewBox.baseVal.width - Number(left) - Number(right);
    return { left: Number(left) * zoom, scale: (width * zoom) / (Number(to) - this.#from) };
  }
}

function formatFigure(mgDl: number, unit: string): string {
  if (mgDl <= 39) return "LOW";
  if (mgDl >= 401) return "HIGH";
  return unit === "mmol/L" ? `${(Math.round(mgDl * 0.555) / 10).toFixed(1)} mmol/L` : `${String(mgDl)} mg/dL`;
}
