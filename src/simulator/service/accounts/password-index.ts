/** Passwords shorter than this are masked only as whole words: every second word would contain them. */
const MIN_LENGTH_IN_TEXT = 6;

/** Finds known passwords in texts, in a time that does not depend on how many there are. */
export class PasswordIndex {
  /** Number of accounts by password. */
  readonly #counts = new Map<string, number>();
  /** Lengths of the passwords that start with these six characters. They stay when a password is removed. */
  readonly #lengths = new Map<string, Set<number>>();

  add(password: string): void {
    this.#counts.set(password, (this.#counts.get(password) ?? 0) + 1);
    if (password.length < MIN_LENGTH_IN_TEXT) return;
    const start = password.slice(0, MIN_LENGTH_IN_TEXT);
    const lengths = this.#lengths.get(start);
    if (lengths === undefined) this.#lengths.set(start, new Set([password.length]));
    else lengths.add(password.length);
  }

  remove(password: string): void {
    const count = (this.#counts.get(password) ?? 1) - 1;
    if (count > 0) this.#counts.set(password, count);
    else this.#counts.delete(password);
  }

  has(text: string): boolean {
    return this.#counts.has(text);
  }

  /** Returns `text` with `mask` in the place of every password in it. */
  mask(text: string, mask: string): string {
    let masked = "";
    let copied = 0;
    for (let index = 0; index + MIN_LENGTH_IN_TEXT <= text.length;) {
      const length = this.#longestAt(text, index);
      if (length > 0) {
        masked += text.slice(copied, index) + mask;
        copied = index + length;
      }
      index += Math.max(1, length);
    }
    return masked + text.slice(copied);
  }

  /** Length of the longest password that starts at `index`; 0 if no password does. */
  #longestAt(text: string, index: number): number {
    let longest = 0;
    for (const length of this.#lengths.get(text.slice(index, index + MIN_LENGTH_IN_TEXT)) ?? []) {
      if (length > longest && this.#counts.has(text.slice(index, index + length))) longest = length;
    }
    return longest;
  }
}
