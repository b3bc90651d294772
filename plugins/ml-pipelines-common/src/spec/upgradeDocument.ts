import { API_VERSION } from './apiVersion';
import { createProblem } from './createProblem';
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
      problem: createProblem({
        code: 'document.type',
        path: [],
        params: { supported: API_VERSION },
      }),
    };
  }
  let document = input as Record<string, unknown>;
  const seen = new Set<string>();
  while (document.apiVersion !== API_VERSION) {
    const version = versionWord(document.apiVersion);
    const step = Object.hasOwn(steps, version) ? steps[version] : undefined;
    if (!step || seen.has(version)) {
      return {
        problem: createProblem({
          code: version ? 'document.apiVersion' : 'document.apiVersionMissing',
          path: ['apiVersion'],
          params: { version, supported: API_VERSION },
        }),
      };
    }
    seen.add(version);
    document = step(document);
  }
  return { document };
}

function versionWord(apiVersion: unknown): string {
  if (apiVersion === undefined || apiVersion === null) {
    return '';
  }
  return typeof apiVersion === 'object' || typeof apiVersion === 'function'
    ? typeof apiVersion
    : String(apiVersion);
}
