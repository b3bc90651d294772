import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** How long what is kept for a while is kept. */
export interface RetentionSettings {
  /** Logs and left-over plans of deployments that have ended, in days. Default 90. */
  deploymentLogDays: number;
  /** Drafts that nobody changes, in days. Default 90. */
  draftDays: number;
  /** Versions of the Terraform state of each stack. Default 50. */
  stateVersions: number;
  /** Hourly figures of usage and cost, in days. Default 400. */
  usageDays: number;
  /** Runs that have ended, with their logs and files, in days. Default 30. */
  runDays: number;
  /** Newest runs of each pipeline that are kept. Default 100. */
  runsPerPipeline: number;
}

const DEFAULTS: RetentionSettings = {
  deploymentLogDays: 90,
  draftDays: 90,
  stateVersions: 50,
  usageDays: 400,
  runDays: 30,
  runsPerPipeline: 100,
};

/** Reads `mlPipelines.retention`. @throws InputError for a value below 1 */
export function readRetentionSettings(config: Config): RetentionSettings {
  const number = (key: keyof RetentionSettings) => {
    const value =
      config.getOptionalNumber(`mlPipelines.retention.${key}`) ?? DEFAULTS[key];
    if (!(value >= 1)) {
      throw new InputError(
        `mlPipelines.retention.${key} is ${value}; it must be at least 1.`,
      );
    }
    return value;
  };
  return {
    deploymentLogDays: number('deploymentLogDays'),
    draftDays: number('draftDays'),
    stateVersions: number('stateVersions'),
    usageDays: number('usageDays'),
    runDays: number('runDays'),
    runsPerPipeline: number('runsPerPipeline'),
  };
}
