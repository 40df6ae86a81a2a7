/** Control, format and separator characters: they can move the cursor, change its colour or reverse the text. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The same above ASCII. `JSON.stringify` escapes those below. */
const UNESCAPED_CONTROLS = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Replaces each control character of a text that comes from the account. */
export function stripControls(text: string): string {
  return text.replace(CONTROLS, "\uFFFD");
}

/** Writes JSON that a terminal can print: control characters are escaped, so that the value parses back unchanged. */
export function toPrintableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNESCAPED_CONTROLS, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
    }).join(""),
  );
}
