/** A path of the portal as something that can be clicked in a task log. */
export function absoluteLink(
  appBaseUrl: string | undefined,
  path: string,
): string {
  return appBaseUrl ? `${appBaseUrl.replace(/\/+$/, '')}${path}` : path;
}
