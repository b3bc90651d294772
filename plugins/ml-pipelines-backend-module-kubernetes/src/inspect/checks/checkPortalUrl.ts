import type { CheckResult } from '../Check';

/** Whether pods can reach the portal, which runs and trained models need. Only what an address says of itself. */
export function checkPortalUrl(url: string): CheckResult {
  const title = 'Way back to the portal';
  const id = 'portal';
  const { hostname } = new URL(url);
  if (isLoopback(hostname)) {
    return {
      check: {
        id,
        title,
        status: 'warning',
        message: `Pods would look for the portal at ${url}, which is themselves.`,
        hint: 'Set portalUrl of the target to an address of the portal that pods reach: without it runs cannot hand in their results, nor endpoints take a trained model.',
      },
    };
  }
  return {
    check: {
      id,
      title,
      status: 'ok',
      message: `Pods reach the portal at ${url}, if the network lets them.`,
    },
  };
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '0.0.0.0' ||
    hostname === '[::1]' ||
    hostname === '[::]' ||
    /^127\./.test(hostname)
  );
}
