import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** How people are told of alerts. */
export interface AlertSettings {
  /** An alert that fires again so soon after it was resolved goes on, in minutes. Default 10. */
  flapMinutes: number;
  /** How often a critical alert is repeated until somebody acknowledges it, in minutes. Default 60. */
  repeatMinutes: number;
  /** How long resolved alerts are kept, in days. Default 365. */
  keepDays: number;
  /** Messages to stakeholders that one user may send within an hour. Default 20. */
  messagesPerHour: number;
}

/** What holds where nothing is configured. */
export const defaultAlertSettings: AlertSettings = {
  flapMinutes: 10,
  repeatMinutes: 60,
  keepDays: 365,
  messagesPerHour: 20,
};

const LEAST: AlertSettings = {
  flapMinutes: 0,
  repeatMinutes: 1,
  keepDays: 1,
  messagesPerHour: 1,
};

/** Reads `mlPipelines.alerts`. @throws InputError for a value that is too small */
export function readAlertSettings(config: Config): AlertSettings {
  const number = (key: keyof AlertSettings) => {
    const value =
      config.getOptionalNumber(`mlPipelines.alerts.${key}`) ??
      defaultAlertSettings[key];
    if (!(value >= LEAST[key])) {
      throw new InputError(
        `mlPipelines.alerts.${key} is ${value}; it must be at least ${LEAST[key]}.`,
      );
    }
    return value;
  };
  return {
    flapMinutes: number('flapMinutes'),
    repeatMinutes: number('repeatMinutes'),
    keepDays: number('keepDays'),
    messagesPerHour: number('messagesPerHour'),
  };
}
