import type { AuthService } from '@backstage/backend-plugin-api';
import type { MlPipelinesApi } from '@mlpipe/plugin-ml-pipelines-common';

/** How often a deployment that runs is looked at. @public */
export interface FollowPace {
  /** First pause without news, and the one after news, in milliseconds. */
  initialMs: number;
  /** Longest pause, in milliseconds. */
  maxMs: number;
  /** How long the backend may be unreachable before the step gives up, in milliseconds. */
  patienceMs: number;
}

/** @public */
export const DEFAULT_FOLLOW_PACE: FollowPace = {
  initialMs: 250,
  maxMs: 2_000,
  patienceMs: 5 * 60_000,
};

/** What every action is made from. @public */
export interface ActionDependencies {
  client: MlPipelinesApi;
  auth: AuthService;
  /** `app.baseUrl`, so that links in the task log can be followed; paths only when absent. */
  appBaseUrl?: string;
  /** Defaults to {@link DEFAULT_FOLLOW_PACE}. */
  pace?: FollowPace;
}
