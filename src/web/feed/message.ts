/** Writes an event of a stream (WHATWG HTML, "Server-sent events"). JSON has no line break, so `data` is one line. */
export function encodeMessage(event: string, data: unknown, id?: string): Uint8Array {
  return new TextEncoder().encode(
    `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`,
  );
}

/** First line of a stream: an interrupted client comes back after 5 s. */
export function encodePreamble(): Uint8Array {
  return new TextEncoder().encode("retry: 5000\n\n");
}

export function joinMessages(messages: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(messages.reduce((length, message) => length + message.length, 0));
  let place = 0;
  for (const message of messages) {
    joined.set(message, place);
    place += message.length;
  }
  return joined;
}
