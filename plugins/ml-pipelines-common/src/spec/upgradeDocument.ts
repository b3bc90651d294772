import { API_GROUP, API_VERSION } from './apiVersion';
import type { Problem } from './problem';

type Upgrade = (document: Record<string, unknown>) => Record<string, unknown>;

/**
 * Steps from an older `apiVersion` to the next one, by the version they start
 * from. A document walks through them until it reaches {@link API_VERSION}.
 */
const upgrades: Record<string, Upgrade> = {};

/**
 * Brings a document of any supported version to the current one.
 *
 * @public
 */
export function upgradeDocument(
  input: unknown,
  steps: Record<string, Upgrade> = upgrades,
): { document: unknown } | { problem: Problem } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return {
      problem: {
        code: 'document.type',
        path: [],
        severity: 'error',
        message:
          'A pipeline is an object with apiVersion, kind, metadata and spec.',
        hint: `Start with "apiVersion: ${API_VERSION}".`,
      },
    };
  }
  let document = input as Record<string, unknown>;
  const seen = new Set<string>();
  while (document.apiVersion !== API_VERSION) {
    const version = String(document.apiVersion ?? '');
    const step = Object.hasOwn(steps, version) ? steps[version] : undefined;
    if (!step || seen.has(version)) {
      return {
        problem: {
          code: 'document.apiVersion',
          path: ['apiVersion'],
          severity: 'error',
          message: version
            ? `The version "${version}" is not supported.`
            : 'The apiVersion is missing.',
          hint: `Write "apiVersion: ${API_VERSION}". Versions start with ${API_GROUP}/.`,
          params: { version, supported: API_VERSION },
        },
      };
    }
    seen.add(version);
    document = step(document);
  }
  return { document };
}
