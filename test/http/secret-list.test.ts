import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { SecretList } from "../../src/http/secret-list.ts";

test("a text reveals a secret if it contains it or is a part of it, in any case", () => {
  const secrets = new SecretList("OpenSesame");
  secrets.add("99999999-9999-9999-9999-99999999999A");
  for (const text of ["opensesame", "XOpenSesameX", "Sesame", "99999999-9999-9999-9999-99999999999a"]) {
    assert.equal(secrets.isRevealedBy(text), true, text);
  }
  for (const text of ["AccountPasswordInvalid", "99999999-9999-9999-9999-999999999990"]) {
    assert.equal(secrets.isRevealedBy(text), false, text);
  }
});

test("the password is never forgotten, and the oldest session ids are", () => {
  const secrets = new SecretList("password");
  secrets.add("kept");
  for (let i = 0; i < 100; i++) {
    secrets.add(`session-${i}-`);
    secrets.add("kept");
  }
  assert.equal(secrets.isRevealedBy("password"), true);
  assert.equal(secrets.isRevealedBy("kept"), true);
  assert.equal(secrets.isRevealedBy("session-99-"), true);
  assert.equal(secrets.isRevealedBy("session-0-"), false);
});

test("the list shows nothing of its contents", () => {
  const secrets = new SecretList("password");
  secrets.add("session");
  assert.doesNotMatch(inspect(secrets, { depth: 9, showHidden: true }) + JSON.stringify(secrets), /password|session/);
});
