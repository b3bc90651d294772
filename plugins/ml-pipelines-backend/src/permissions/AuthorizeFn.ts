import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type {
  BasicPermission,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import type { Request } from 'express';

/** A permission on one pipeline. */
export type PipelinePermission = ResourcePermission<'ml-pipeline'>;

/**
 * Says who calls and whether they may. The first line of every route.
 *
 * Users and services are accepted; a service is trusted as Backstage trusts it.
 *
 * @throws AuthenticationError for an anonymous caller (401)
 * @throws NotAllowedError when the policy says no (403)
 * @throws NotFoundError when the pipeline does not exist and the caller would
 *   have been told (404)
 */
export interface AuthorizeFn {
  (
    request: Request,
    permission: BasicPermission,
  ): Promise<BackstageCredentials>;
  (
    request: Request,
    permission: PipelinePermission,
    pipeline: string,
  ): Promise<BackstageCredentials>;
}
