import { InputError, ServiceUnavailableError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type { TargetDriver } from '@mlpipe/plugin-ml-pipelines-node';
import { z } from 'zod';
import { parseInput } from '../http/parseInput';
import type { StoredCredentials } from './DatabaseTargetCredentialsStore';
import type { DriverRegistry } from './DriverRegistry';
import type { TargetRegistration } from './readConfiguredTargets';
import type { RegisteredTarget, TargetSettings } from './TargetRegistry';

/** A target as it was written down, and whether in the configuration. */
export interface KnownTarget {
  name: string;
  registration: TargetRegistration;
  readOnly: boolean;
  credentials?: StoredCredentials;
}

/**
 * Finds the driver of a target and checks its configuration.
 *
 * @throws ServiceUnavailableError when no driver of its kind is installed
 * @throws InputError when its driver does not accept the configuration
 */
export function resolveTarget(
  drivers: DriverRegistry,
  known: KnownTarget,
): RegisteredTarget {
  const { name, registration } = known;
  const driver = drivers.get(registration.kind);
  if (!driver) {
    throw new ServiceUnavailableError(
      `No driver for targets of kind "${
        registration.kind
      }" is installed. Installed: ${drivers.kinds().join(', ') || 'none'}.`,
    );
  }
  const parsed = driver.configSchema.safeParse(registration.config);
  if (!parsed.success) {
    throw new InputError(
      `The configuration of target "${name}" is wrong:\n${z.prettifyError(
        parsed.error,
      )}`,
    );
  }
  return {
    target: toSettings(known),
    driver,
    ref: { name, config: parsed.data, ...resolveCredentials(driver, known) },
  };
}

/**
 * Checks credentials by the schema of their driver.
 *
 * @throws InputError that names fields, never values
 */
export function parseCredentials(
  driver: TargetDriver,
  credentials: unknown,
): JsonObject {
  if (!driver.credentialsSchema) {
    throw new InputError(
      `Targets of kind "${driver.kind}" are reached without credentials: leave them out.`,
    );
  }
  return parseInput(driver.credentialsSchema, credentials, 'credentials');
}

function resolveCredentials(
  driver: TargetDriver,
  { registration, credentials }: KnownTarget,
): { credentials?: JsonObject } {
  // Those of another kind were written for what the name stood for before.
  return driver.credentialsSchema && credentials?.kind === registration.kind
    ? { credentials: parseCredentials(driver, credentials.value) }
    : {};
}

/** What everyone may see of a target: not its configuration, which may hold credentials. */
export function toSettings(known: KnownTarget): TargetSettings {
  const { name, registration, readOnly, credentials } = known;
  const { config: _config, ...settings } = registration;
  return {
    ...settings,
    name,
    title: settings.title ?? name,
    readOnly,
    ...(credentials?.kind === registration.kind && {
      credentials: credentials.info,
    }),
  };
}
