import type { Hub, Viewer } from "../feed/hub.ts";
import { encodePreamble, joinMessages } from "../feed/message.ts";

/** Bytes that may wait for a viewer. One that has more unread is cut off, and gets what it missed when it comes back. */
const MAX_UNREAD_BYTES = 65_536;

/** Stream of one viewer. */
export class EventStream implements Viewer {
  readonly body: ReadableStream<Uint8Array>;
  readonly #hub: Hub;
  readonly #signal: AbortSignal;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(hub: Hub, { lastId, signal }: { lastId: string | null; signal: AbortSignal }) {
    this.#hub = hub;
    this.#signal = signal;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          signal.addEventListener("abort", this.#abort);
          // In one piece: however long it is, only what comes after it can show that the viewer is slow.
          controller.enqueue(joinMessages([encodePreamble(), ...hub.missedSince(lastId)]));
          hub.add(this);
          if (signal.aborted) this.end();
        },
        cancel: () => this.#leave(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD_BYTES }),
    );
  }

  send(message: Uint8Array): void {
    const controller = this.#controller;
    if (!controller) return;
    if (controller.desiredSize! > 0) {
      controller.enqueue(message);
      return;
    }
    this.#leave();
    // Not `close()`: that would keep the unread bytes for a viewer that may never read them.
    controller.error(new Error("The viewer reads too slowly"));
  }

  end(): void {
    const controller = this.#controller;
    this.#leave();
    controller?.close();
  }

  readonly #abort = (): void => this.end();

  #leave(): void {
    this.#controller = undefined;
    this.#signal.removeEventListener("abort", this.#abort);
    this.#hub.delete(this);
  }
}
