const LOOPBACK = /^(127(\.\d+){3}|::1|::ffff:127(\.\d+){3})$/;

/**
 * Returns the address of a client: that of the connection, or what a proxy on this machine says. A proxy adds the
 * address that it sees to the end of `X-Forwarded-For`; what stands before it comes from the client.
 */
export function clientAddress(request: Request): string | undefined {
  // The server's own addition to `Request`.
  const { ip } = request as Request & { readonly ip?: string };
  const forwarded = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  return ip !== undefined && LOOPBACK.test(ip) && forwarded ? forwarded : ip;
}
