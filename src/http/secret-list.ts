/** Number of session ids and store secrets to remember. An older session has expired. */
const MAX_RECENT = 32;

/** Shortest secret to search for. A shorter one occurs in many words by chance. */
const MIN_LENGTH = 4;

/** List of a client's secrets. Foreign text is compared with it before it is passed on. No method returns a secret. */
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
    // Deleted first, so that a secret in use becomes the newest.
    this.#recent.delete(normalized);
    this.#recent.add(normalized);
    if (this.#recent.size > MAX_RECENT) this.#recent.delete(this.#recent.values().next().value!);
  }

  /** Tells if `text` contains a secret, or is a part of one. */
  isRevealedBy(text: string): boolean {
    const normalized = normalize(text);
    return [...this.#lasting, ...this.#recent].some(
      (secret) => secret.includes(normalized) || (secret.length >= MIN_LENGTH && normalized.includes(secret)),
    );
  }
}

/** Normalizes letter case, because the service also takes ids in capitals. */
function normalize(text: string): string {
  return text.toLowerCase();
}
