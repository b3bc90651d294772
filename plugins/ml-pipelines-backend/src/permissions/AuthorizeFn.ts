import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type {
  BasicPermission,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import type { Request } from 'express';
import type { PipelineResource } from './PipelineResource';

/** What of a pipeline a request is about, where that is not its newest revision. */
export type PermissionSubject = Partial<Pick<PipelineResource, 'target'>>;

/** A permission on one pipeline. */
export type PipelinePermission = ResourcePermission<'ml-pipeline'>;

/**
 * Says who calls and whether they may. The first line of every route.
 *
 * Users and services are accepted; a service is trusted as Backstage trusts it.
 *
 * @throws AuthenticationError for an anonymous caller (401)
 * @throws NotAllowedError when the policy says no (403)
 * @throws NotFoundError when the pipeline does not exist, or the caller may not
 *   even read it: the two look the same (404)
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
    about?: PermissionSubject,
  ): Promise<BackstageCredentials>;
}
