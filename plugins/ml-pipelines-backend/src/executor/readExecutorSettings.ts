import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { resolve } from 'node:path';
import { DEFAULT_EXECUTOR_SETTINGS, ExecutorSettings } from './ExecutorOptions';

type NumericSetting =
  | 'concurrency'
  | 'leaseSeconds'
  | 'pollSeconds'
  | 'verifyTimeoutSeconds'
  | 'planMaxAgeSeconds';

const MIN_LEASE_SECONDS = 3;

/** Reads `mlPipelines.executor` and the part of `mlPipelines.terraform` that is environment. */
export function readExecutorSettings(config: Config): ExecutorSettings {
  const number = (key: NumericSetting, least: number) => {
    const value =
      config.getOptionalNumber(`mlPipelines.executor.${key}`) ??
      DEFAULT_EXECUTOR_SETTINGS[key];
    if (!(value >= least)) {
      throw new InputError(
        `mlPipelines.executor.${key} is ${value}; it must be at least ${least}.`,
      );
    }
    return value;
  };
  const cache = config.getOptionalString(
    'mlPipelines.terraform.pluginCacheDir',
  );
  const cli = config.getOptionalString('mlPipelines.terraform.cliConfigFile');
  return {
    ...DEFAULT_EXECUTOR_SETTINGS,
    concurrency: number('concurrency', 1),
    leaseSeconds: number('leaseSeconds', MIN_LEASE_SECONDS),
    pollSeconds: number('pollSeconds', 0.1),
    verifyTimeoutSeconds: number('verifyTimeoutSeconds', 1),
    planMaxAgeSeconds: number('planMaxAgeSeconds', 1),
    terraformEnvironment: {
      ...(cache ? { TF_PLUGIN_CACHE_DIR: resolve(cache) } : {}),
      ...(cli ? { TF_CLI_CONFIG_FILE: resolve(cli) } : {}),
    },
  };
}
