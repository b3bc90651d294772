/** User and password of a `Basic` authorization header (RFC 7617); undefined for anything else. */
export function parseBasicAuth(
  header: string | undefined,
): { user: string; password: string } | undefined {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '');
  const [user, ...rest] = match
    ? Buffer.from(match[1], 'base64').toString('utf8').split(':')
    : [];
  return user && rest.length > 0
    ? { user, password: rest.join(':') }
    : undefined;
}
