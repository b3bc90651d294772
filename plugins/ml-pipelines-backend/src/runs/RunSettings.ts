import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** What an administrator may set about runs. */
export interface RunSettings {
  /** Runs that are under way on one target at the same time. Default 2. */
  perTarget: number;
  /** Runs of one pipeline that wait. Default 20. */
  queuedPerPipeline: number;
  /** Runs that this backend looks after at the same time. Default 50. */
  concurrency: number;
  /** A backend that died is replaced after this time at the latest. Default 10. */
  leaseSeconds: number;
  /** How often the table and the schedules are looked at. Default 2. */
  pollSeconds: number;
  /** A run that fails after so many minutes is reported to its owner. Default 10. */
  longRunMinutes: number;
}

/** @see RunSettings */
export const DEFAULT_RUN_SETTINGS: RunSettings = {
  perTarget: 2,
  queuedPerPipeline: 20,
  concurrency: 50,
  leaseSeconds: 10,
  pollSeconds: 2,
  longRunMinutes: 10,
};

const MIN_LEASE_SECONDS = 3;

/** Reads `mlPipelines.runs`; leases and polling are those of deployments. @throws InputError */
export function readRunSettings(config: Config): RunSettings {
  const number = (section: string, key: keyof RunSettings, least: number) => {
    const path = `mlPipelines.${section}.${key}`;
    const value = config.getOptionalNumber(path) ?? DEFAULT_RUN_SETTINGS[key];
    if (!(value >= least)) {
      throw new InputError(
        `${path} is ${value}; it must be at least ${least}.`,
      );
    }
    return value;
  };
  return {
    ...DEFAULT_RUN_SETTINGS,
    perTarget: number('runs', 'perTarget', 1),
    queuedPerPipeline: number('runs', 'queuedPerPipeline', 1),
    longRunMinutes: number('runs', 'longRunMinutes', 0),
    leaseSeconds: number('executor', 'leaseSeconds', MIN_LEASE_SECONDS),
    pollSeconds: number('executor', 'pollSeconds', 0.1),
  };
}
