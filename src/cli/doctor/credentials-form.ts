import { hasIdForm, isId } from "../../wire/ids.ts";
import { missingCredentials, type PartialCredentials } from "../credentials.ts";
import { failed, ok, type Finding } from "./step.ts";

/** Looks at the form of what is sent at a login, and tells of it without telling it: no character, no length. */
export function checkCredentials(credentials: PartialCredentials): Finding {
  const { username, accountId, password = "" } = credentials;
  const missing = missingCredentials(credentials);
  if (missing !== undefined)
    return failed(`${missing} not set`, ["Set it in the environment, or run this in a terminal to be asked."]);
  if (username !== undefined && accountId !== undefined) {
    return failed("both DEXCOM_USERNAME and DEXCOM_ACCOUNT_ID are set", ["Set one of the two."]);
  }
  if (username?.trim() === "")
    return failed("DEXCOM_USERNAME is blank", ["Set it to the user name, the email address or the phone number."]);
  // A user name of the form of an id is taken as one.
  const id = accountId ?? (hasIdForm(username) ? username : undefined);
  if (id !== undefined && !isId(id)) {
    return failed("what is given as the account id is none", [
      "It is a UUID, 8-4-4-4-12 hexadecimal digits, and not all zeros.",
    ]);
  }
  const summary = `${username === undefined ? "an account id" : formOfName(username)}, and a password`;
  const warnings = [...doubtsOfName(username ?? ""), ...doubtsOfPassword(password)];
  return warnings.length === 0 ? ok(summary) : { status: "warning", summary, advice: warnings };
}

const DIGITS = /^[\d\s()./-]{6,}$/;

function formOfName(name: string): string {
  if (hasIdForm(name)) return "an account id in place of a user name";
  if (/@/.test(name)) return "an email address";
  if (/^\s*\+[\d\s()./-]+$/.test(name)) return "a phone number with +";
  return DIGITS.test(name) ? "digits in place of a user name" : "a user name";
}

/** Forms of a user name that the service refuses, or that are a slip (PROTOCOL.md, "Accounts and devices"). */
function doubtsOfName(name: string): string[] {
  const doubts: string[] = [];
  if (name !== name.trim()) doubts.push("The user name begins or ends with white space.");
  if (DIGITS.test(name)) doubts.push("A phone number is written with + and the country code.");
  if (/^\s*\+\d*[^\d]/.test(name) && !name.includes("@"))
    doubts.push("A phone number is written without spaces or signs after the +.");
  // Not by a regular expression, which would need quadratic time for a long row of plus signs.
  if (name.includes("+") && name.lastIndexOf("@") > name.indexOf("+"))
    doubts.push("An email address with a + has been reported to be refused: try the user name.");
  return doubts;
}

function doubtsOfPassword(password: string): string[] {
  const doubts: string[] = [];
  if (password !== password.trim()) doubts.push("The password begins or ends with white space.");
  if (/^(["'`]).*\1$/s.test(password)) doubts.push("The password stands in quotation marks: are they part of it?");
  return doubts;
}
