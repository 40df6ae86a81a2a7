/** An older figure is not current. */
const STALE_MS = 900_000;
/** Longest wait for the view. */
const TIMEOUT_MS = 10_000;

export interface Tick {
  readonly now: string;
  readonly wearers: readonly { readonly wearer?: string; readonly problem: string | null }[];
}

/** The part of the page that changes: asks the server for it, and counts the ages. */
export class View {
  readonly element: HTMLElement;
  readonly base: string;
  readonly unit: string;
  /** Lead of the service's clock over ours. */
  #aheadMs = 0;
  #spoken = "";
  #refreshing: Promise<boolean> | undefined;
  #isOutdated = false;

  constructor(element: HTMLElement) {
    this.element = element;
    this.base = element.dataset["base"] ?? "";
    this.unit = element.dataset["unit"] ?? "mg/dL";
    this.#noteTime(Number(this.#content?.dataset["now"]));
    this.#spoken = this.#words();
  }

  get isLive(): boolean {
    return "live" in this.element.dataset;
  }

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Asks for the view again. Several changes at once make one request. After a failure the next tick asks again. */
  refresh(): Promise<boolean> {
    this.#isOutdated = true;
    return (this.#refreshing ??= this.#load());
  }

  async #load(): Promise<boolean> {
    try {
      while (this.#isOutdated) {
        this.#isOutdated = false;
        this.#show(await this.#fetchView());
      }
      return true;
    } catch {
      this.#isOutdated = true;
      return false;
    } finally {
      this.#refreshing = undefined;
    }
  }

  /** A request on a dead connection would never end, and there is one request at a time. */
  async #fetchView(): Promise<string> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
    try {
      const { signal } = controller;
      const response = await fetch(`${this.base}/view${this.element.dataset["query"] ?? ""}`, { signal });
      if (response.status === 401) location.reload();
      if (!response.ok) throw new Error(`Status ${String(response.status)}`);
      return await response.text();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Notes the service's time, and asks for the view again if it is outdated. */
  noteTick({ now, wearers }: Tick): void {
    this.#noteTime(Date.parse(now));
    const shown = new URLSearchParams(this.element.dataset["query"]).get("wearer");
    const problems = wearers
      .filter(({ wearer }) => shown === null || wearer === shown)
      .map(({ problem }) => problem ?? "");
    if (this.#isOutdated || problems.join() !== this.#content?.dataset["problems"]) void this.refresh();
  }

  /** Writes the ages. */
  tick(): void {
    const titles: string[] = [];
    for (const panel of this.element.querySelectorAll<HTMLElement>(".now")) titles.push(this.#tickPanel(panel));
    document.title = titles.join(" \u00b7 ");
  }

  #tickPanel(panel: HTMLElement): string {
    const name = panel.closest("article")?.querySelector("h2")?.textContent;
    const prefix = name === undefined ? "" : `${name} `;
    const { at, figure = "", arrow = "" } = panel.dataset;
    if (at === undefined) return `${prefix}no reading`;
    const ageMs = Math.max(0, this.now() - Number(at));
    const isStale = ageMs > STALE_MS;
    panel.classList.toggle("stale", isStale);
    const age = formatAge(ageMs);
    const text = isStale ? `last ${figure} \u00b7 ${age} \u00b7 no data` : age;
    const element = panel.querySelector(".age-text");
    if (element && element.textContent !== text) element.textContent = text;
    return isStale ? `${prefix}no data, last ${figure} ${age}` : `${prefix}${figure} ${arrow} ${age}`;
  }

  get #content(): HTMLElement | null {
    return this.element.querySelector("#content");
  }

  #show(html: string): void {
    const focused = document.activeElement?.id ?? "";
    this.element.innerHTML = html;
    this.#noteTime(Number(this.#content?.dataset["now"]));
    this.element.dispatchEvent(new Event("shown"));
    if (focused !== "") document.getElementById(focused)?.focus({ preventScroll: true });
    this.tick();
    const words = this.#words();
    if (words !== this.#spoken) document.querySelector("#spoken")!.textContent = words;
    this.#spoken = words;
  }

  #words(): string {
    const panels = [...this.element.querySelectorAll<HTMLElement>(".now")];
    return panels.map(({ dataset }) => `${dataset["figure"] ?? ""} ${dataset["words"] ?? ""}`).join(". ");
  }

  #noteTime(now: number): void {
    if (Number.isFinite(now) && now > 0) this.#aheadMs = now - Date.now();
  }
}

function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 120) return `${String(minutes)} min ago`;
  return `${String(Math.floor(minutes / 60))} h ago`;
}
