/** Sample of a metric. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** Added to the name of the family, such as `_bucket`. */
  readonly suffix?: string;
}

/** Metric with its samples. */
export interface Family {
  /** Without the `_total` of a counter. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Form of the text: OpenMetrics 1.0, or the older one of Prometheus, which names a counter by its `_total`. */
export type Form = "openmetrics" | "prometheus";

export const CONTENT_TYPES: Readonly<Record<Form, string>> = {
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
};

/** Writes families of metrics. A family without a sample is left out. */
export function writeMetrics(families: readonly Family[], form: Form): string {
  const lines = families.filter(({ samples }) => samples.length > 0).flatMap((family) => writeFamily(family, form));
  return `${[...lines, ...(form === "openmetrics" ? ["# EOF"] : [])].join("\n")}\n`;
}

function writeFamily({ name, type, help, samples }: Family, form: Form): string[] {
  const total = type === "counter" ? "_total" : "";
  const title = form === "openmetrics" ? name : name + total;
  return [
    `# HELP ${title} ${help}`,
    `# TYPE ${title} ${type}`,
    ...samples.map(({ labels = {}, value, suffix = total }) => `${name}${suffix}${writeLabels(labels)} ${value}`),
  ];
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
}
