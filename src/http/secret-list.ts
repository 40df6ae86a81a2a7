/** How many secrets besides the first are remembered. A session that is older than this has expired. */
const MAX_RECENT = 32;

/** The secrets that a client holds, to be compared with text of others before it is repeated. Gives none of them away. */
export class SecretList {
  readonly #password: string;
  /** Session ids and store secrets, oldest first. */
  readonly #recent: Set<string> = new Set();

  constructor(password: string) {
    this.#password = normalize(password);
  }

  /** Notes a secret. The oldest is forgotten when there are too many. */
  add(secret: string): void {
    const normalized = normalize(secret);
    // Taken out first, so that a secret in use is the newest again.
    this.#recent.delete(normalized);
    this.#recent.add(normalized);
    const [oldest] = this.#recent;
    if (this.#recent.size > MAX_RECENT) this.#recent.delete(oldest!);
  }

  /** Tells if `text` contains a secret, or is a part of one. */
  isRevealedBy(text: string): boolean {
    const normalized = normalize(text);
    return [this.#password, ...this.#recent].some(
      (secret) => secret.includes(normalized) || normalized.includes(secret),
    );
  }
}

/** Ids are compared without case: the service takes them in capitals too. */
function normalize(text: string): string {
  return text.toLowerCase();
}
