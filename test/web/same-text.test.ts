/** Comparison of a token: by digests, and by all of their bytes. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { isSameText } from "../../src/web/access/same-text.ts";

const SECRET = "0123456789abcdef0123";

/** Lets each digest count the reads of its bytes. */
function countReads({ mock }: TestContext): { digests: Uint8Array[]; reads: number[][] } {
  const seen = { digests: [] as Uint8Array[], reads: [] as number[][] };
  const real = crypto.subtle.digest.bind(crypto.subtle);
  const RealArray = Uint8Array;
  mock.method(crypto.subtle, "digest", async (algorithm: string, data: Uint8Array<ArrayBuffer>) => {
    assert.equal(algorithm, "SHA-256");
    seen.digests.push(new RealArray(data));
    return real(algorithm, data);
  });
  mock.method(globalThis, "Uint8Array", function (buffer: ArrayBuffer) {
    const reads: number[] = [];
    seen.reads.push(reads);
    // An array of the same bytes: the methods of a typed array do not work on a proxy.
    return new Proxy([...new RealArray(buffer)], {
      get(target, name) {
        if (typeof name === "string" && /^\d+$/.test(name)) reads.push(Number(name));
        return Reflect.get(target, name) as unknown;
      },
    });
  } as never);
  return seen;
}

for (const given of [SECRET, "x", `${SECRET.slice(0, -1)}x`, `x${SECRET.slice(1)}`, "y".repeat(100_000)]) {
  test(`all bytes of both digests are read once, in order, for ${given.slice(0, 24)}`, async (context) => {
    const { digests, reads } = countReads(context);
    const isSame = await isSameText(given, SECRET);
    context.mock.restoreAll();
    assert.equal(isSame, given === SECRET);
    assert.equal(digests.length, 2);
    const every = Array.from({ length: 32 }, (_, place) => place);
    assert.deepEqual(reads, [every, every]);
  });
}

test("two texts are the same if and only if all of their characters are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (one, other) => {
      assert.equal(await isSameText(one, one), true);
      assert.equal(await isSameText(one, other), one === other);
    }),
    { numRuns: 200 },
  );
});
