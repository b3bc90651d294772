import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { z } from 'zod';
import type { DriverRegistry } from './DriverRegistry';
import type { TargetRegistration } from './readConfiguredTargets';
import type { RegisteredTarget, TargetSettings } from './TargetRegistry';

/** A target as it was written down, and whether in the configuration. */
export interface KnownTarget {
  name: string;
  registration: TargetRegistration;
  readOnly: boolean;
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
    ref: { name, config: parsed.data },
  };
}

/** What everyone may see of a target: not its configuration, which may hold credentials. */
export function toSettings(known: KnownTarget): TargetSettings {
  const { name, registration, readOnly } = known;
  const { config: _config, ...settings } = registration;
  return { ...settings, name, title: settings.title ?? name, readOnly };
}
