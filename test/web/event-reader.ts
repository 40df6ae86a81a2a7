/** A client of event streams. */
export interface ServerEvent {
  readonly event: string;
  readonly id: string;
  readonly data: any;
}

export class EventReader {
  readonly events: ServerEvent[] = [];
  readonly done: Promise<unknown>;
  retry = "";
  #lastId = "";
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(response: Response) {
    this.#reader = response.body!.getReader();
    this.done = this.#read().catch((error: unknown) => error);
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop()!;
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string]));
    this.#lastId = fields.get("id") ?? this.#lastId;
    if (fields.has("retry")) this.retry = fields.get("retry")!;
    const data = fields.get("data");
    if (data !== undefined)
      this.events.push({ event: fields.get("event") ?? "message", id: this.#lastId, data: JSON.parse(data) });
  }

  /** Without the ticks. */
  get told(): readonly ServerEvent[] {
    return this.events.filter(({ event }) => event !== "tick");
  }

  get lastId(): string {
    return this.#lastId;
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
    await this.done;
  }
}
