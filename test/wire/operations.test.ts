import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import * as operations from "../../src/wire/operations.ts";
import { buildRequest, buildSharingRequest } from "../../src/wire/request.ts";

const SRC = path.join(import.meta.dirname, "../../src");
const ROWS: readonly operations.SharingRow[] = Object.values(operations).filter((row) => typeof row !== "string");

describe("the table of operations", () => {
  test("is the only place that knows a path, besides the simulator", () => {
    const paths = new RegExp(`\\b(General|Publisher|Subscriber)/(?=[A-Z])|ShareWebServices`);
    const files = globSync("**/*.ts", { cwd: SRC }).filter((file) => !/^(wire|simulator)[\\/]/.test(file));
    assert.ok(files.length > 50);
    const code = (file: string): string =>
      readFileSync(path.join(SRC, file), "utf8").replace(/^ *(\/?\*|\/\/).*$/gm, "");
    assert.deepEqual(
      files.filter((file) => paths.test(code(file))),
      [],
    );
  });

  test("has each path once", () => {
    assert.equal(new Set(ROWS.map((row) => row.path)).size, ROWS.length);
  });

  test("marks exactly the operations that hold the password as logins, and puts it in the body", () => {
    for (const { path, query = [], body = [], repetition } of ROWS) {
      assert.ok(!query.includes("password"), path);
      assert.equal(body.includes("password"), repetition === "login", path);
    }
  });
});

describe("a built request", () => {
  test("has its arguments in the place and order that the row names", () => {
    const request = buildRequest(operations.loginPublisherAccountById, {
      applicationId: "app",
      password: "p/w",
      accountId: "id",
      other: 1,
    });
    assert.deepEqual(request, {
      operation: operations.loginPublisherAccountById,
      method: "POST",
      target: "General/LoginPublisherAccountById",
      body: '{"accountId":"id","password":"p/w","applicationId":"app"}',
    });
  });

  test("encodes its query", () => {
    const { target, body } = buildSharingRequest(operations.doesContactExistByName, {
      sessionId: "s",
      contactName: "A & B/ä",
    });
    assert.equal(target, "Publisher/DoesContactExistByName?sessionId=s&contactName=A+%26+B%2F%C3%A4");
    assert.equal(body, null);
  });

  test("escapes slashes for the operations that need it, and for no other", () => {
    const payload = { ST: "/Date(1)/" };
    assert.equal(
      buildSharingRequest(operations.postReceiverEgvRecords, { payload }).body,
      String.raw`{"ST":"\/Date(1)\/"}`,
    );
  });

  test("is a GET without a body if the row says so", () => {
    const { method, target, body } = buildRequest(operations.systemUtcTime);
    assert.deepEqual([method, target, body], ["GET", "General/SystemUtcTime", null]);
  });
});
