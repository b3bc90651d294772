import {
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
  SchedulerServiceTaskScheduleDefinition,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';

/** What shapes the entities beyond pipelines and targets themselves. */
export interface EntityOptions {
  /** `app.baseUrl`, for links; without it there are none into the portal. */
  appBaseUrl?: string;
  /** Owner of targets that name none. */
  defaultOwner: string;
}

/** Settings of the provider, complete. */
export interface ProviderConfig extends EntityOptions {
  schedule: SchedulerServiceTaskScheduleDefinition;
}

/** Reads `catalog.providers.mlPipelines`; every key has a default. */
export function readProviderConfig(config: Config): ProviderConfig {
  const own = config.getOptionalConfig('catalog.providers.mlPipelines');
  const schedule = own?.getOptionalConfig('schedule');
  return {
    schedule: schedule
      ? readSchedulerServiceTaskScheduleDefinitionFromConfig(schedule)
      : { frequency: { minutes: 5 }, timeout: { minutes: 10 } },
    appBaseUrl: config.getOptionalString('app.baseUrl')?.replace(/\/+$/, ''),
    defaultOwner:
      own?.getOptionalString('defaultOwner') ?? 'group:default/platform',
  };
}
