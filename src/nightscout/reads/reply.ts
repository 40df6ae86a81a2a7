/** Makes a response of a body and its type. `no-cache` lets a client keep it, but not use it without asking. */
export function reply(
  body: string,
  {
    status = 200,
    type,
    headers,
  }: { readonly status?: number; readonly type: string; readonly headers?: Readonly<Record<string, string>> },
): Response {
  return new Response(body, {
    status,
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "private, no-cache",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}

export function json(value: unknown, status?: number, headers?: Readonly<Record<string, string>>): Response {
  return reply(JSON.stringify(value), {
    type: "application/json",
    ...(status && { status }),
    ...(headers && { headers }),
  });
}

/** Makes the response of a Nightscout that refuses something. */
export function refuse(status: number, message: string, headers?: Readonly<Record<string, string>>): Response {
  return json({ status, message, description: message }, status, headers);
}
