import type { Config } from '@backstage/config';
import { resolve } from 'node:path';

/**
 * Where the plugin keeps files: `mlPipelines.dataDir`, by default
 * `var/ml-pipelines` two folders above the backend package, that is in the
 * portal's root. Always absolute.
 */
export function readDataDir(config: Config): string {
  return resolve(
    config.getOptionalString('mlPipelines.dataDir') ?? '../../var/ml-pipelines',
  );
}
