/** How many session ids and store secrets are remembered. A session that is older than this has expired. */
const MAX_RECENT = 32;

/** A shorter secret stands in too many words for its presence to mean anything. */
const MIN_LENGTH = 4;

/** The secrets that a client holds, to be compared with text of others before it is repeated. Gives none of them away. */
export class SecretList {
  /** Password, user name and account id. */
  readonly #lasting: readonly string[];
  /** Session ids and store secrets, oldest first. */
  readonly #recent: Set<string> = new Set();

  constructor(...lasting: readonly (string | undefined)[]) {
    this.#lasting = lasting.flatMap((secret) => (secret === undefined ? [] : normalize(secret)));
  }

  /** Adds a secret. Forgets the oldest of those that were added if there are too many. */
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
    return [...this.#lasting, ...this.#recent].some(
      (secret) => secret.includes(normalized) || (secret.length >= MIN_LENGTH && normalized.includes(secret)),
    );
  }
}

/** Ids are compared without case: the service takes them in capitals too. */
function normalize(text: string): string {
  return text.toLowerCase();
}
