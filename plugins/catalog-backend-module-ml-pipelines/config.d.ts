import type { SchedulerServiceTaskScheduleDefinitionConfig } from '@backstage/backend-plugin-api';

export interface Config {
  catalog?: {
    providers?: {
      /** Entities of ML pipelines and their targets. */
      mlPipelines?: {
        /**
         * How often everything is read anew, besides the changes that the ML
         * pipelines backend announces. Every 5 minutes by default.
         */
        schedule?: SchedulerServiceTaskScheduleDefinitionConfig;
        /** Owner of targets that name none. `group:default/platform` by default. */
        defaultOwner?: string;
      };
    };
  };
}
