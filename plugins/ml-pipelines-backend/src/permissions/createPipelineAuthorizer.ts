import type {
  BackstageCredentials,
  HttpAuthService,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import {
  mlPipelinesPermissions,
  pipelineReadPermission,
  RESOURCE_TYPE_PIPELINE,
} from '@mlpipe/plugin-ml-pipelines-common';
import {
  AuthorizeResult,
  BasicPermission,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import type { Request } from 'express';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type {
  AuthorizeFn,
  PermissionSubject,
  PipelinePermission,
} from './AuthorizeFn';
import type { PipelineFilter, PipelineResource } from './PipelineResource';
import { pipelineResourceRef, pipelineRules } from './rules';

/** Options of {@link createPipelineAuthorizer}. */
export interface PipelineAuthorizerOptions {
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  pipelines: Pick<PipelineStore, 'resources'>;
}

/** Decides about one thing, or which pipelines a list may show. */
export interface PipelineAuthorizer {
  /** For routes. */
  authorize: AuthorizeFn;
  /** For routes: which pipelines the caller may see; no filter means all. @throws NotAllowedError */
  authorizeList(
    request: Request,
    permission: PipelinePermission,
  ): Promise<{ credentials: BackstageCredentials; filter?: PipelineFilter }>;
  /** For callers that are known already. @throws NotAllowedError, NotFoundError */
  check(
    credentials: BackstageCredentials,
    permission: BasicPermission | PipelinePermission,
    pipeline?: string,
    about?: PermissionSubject,
  ): Promise<void>;
  /** Like `authorizeList`, for callers that are known already. */
  filterFor(
    credentials: BackstageCredentials,
    permission: PipelinePermission,
  ): Promise<PipelineFilter | undefined>;
}

/** Announces permissions and rules, and returns what the routes ask. */
export function createPipelineAuthorizer(
  options: PipelineAuthorizerOptions,
): PipelineAuthorizer {
  const { httpAuth, permissions, permissionsRegistry, pipelines } = options;
  permissionsRegistry.addResourceType({
    resourceRef: pipelineResourceRef,
    permissions: mlPipelinesPermissions.filter(permission =>
      isResourcePermission(permission, RESOURCE_TYPE_PIPELINE),
    ),
    rules: Object.values(pipelineRules),
    getResources: names => pipelines.resources(names),
  });
  permissionsRegistry.addPermissions(
    mlPipelinesPermissions.filter(
      permission => !isResourcePermission(permission),
    ),
  );
  const ruleset = permissionsRegistry.getPermissionRuleset(pipelineResourceRef);
  const fulfils = createConditionAuthorizer(ruleset);
  const toFilter = createConditionTransformer(ruleset);

  const credentialsOf = (request: Request) =>
    httpAuth.credentials(request, { allow: ['user', 'service'] });

  const decide = async (
    credentials: BackstageCredentials,
    permission: PipelinePermission,
  ) => {
    const [decision] = await permissions.authorizeConditional(
      [{ permission }],
      {
        credentials,
      },
    );
    if (decision.result === AuthorizeResult.DENY) {
      throw refused(permission.name);
    }
    return decision;
  };

  /** Whether a refusal may admit that the pipeline exists. */
  const mayRead = async (
    credentials: BackstageCredentials,
    refusedPermission: PipelinePermission,
    resource: PipelineResource,
  ) => {
    if (refusedPermission.name === pipelineReadPermission.name) {
      return false;
    }
    const [decision] = await permissions.authorizeConditional(
      [{ permission: pipelineReadPermission }],
      { credentials },
    );
    return fulfils(decision, resource);
  };

  const check: PipelineAuthorizer['check'] = async (
    credentials,
    permission,
    pipeline,
    about,
  ) => {
    if (!isResourcePermission(permission, RESOURCE_TYPE_PIPELINE)) {
      const [{ result }] = await permissions.authorize([{ permission }], {
        credentials,
      });
      if (result !== AuthorizeResult.ALLOW) {
        throw refused(permission.name);
      }
      return;
    }
    const decision = await decide(credentials, permission);
    const [resource] = await pipelines.resources([pipeline ?? '']);
    if (!resource) {
      throw missing(pipeline);
    }
    if (!fulfils(decision, { ...resource, ...about })) {
      throw (await mayRead(credentials, permission, resource))
        ? refused(permission.name, pipeline)
        : missing(pipeline);
    }
  };

  const filterFor: PipelineAuthorizer['filterFor'] = async (
    credentials,
    permission,
  ) => {
    const decision = await decide(credentials, permission);
    return decision.result === AuthorizeResult.CONDITIONAL
      ? toFilter(decision.conditions)
      : undefined;
  };

  return {
    check,
    filterFor,
    async authorize(
      request: Request,
      permission: BasicPermission | PipelinePermission,
      pipeline?: string,
      about?: PermissionSubject,
    ) {
      const credentials = await credentialsOf(request);
      await check(credentials, permission, pipeline, about);
      return credentials;
    },
    async authorizeList(request, permission) {
      const credentials = await credentialsOf(request);
      return { credentials, filter: await filterFor(credentials, permission) };
    },
  };
}

/** The same for a pipeline that does not exist and for one that the caller must not know of. */
function missing(pipeline: string | undefined) {
  return new NotFoundError(
    `There is no pipeline "${pipeline}". It may have been deleted or renamed.`,
  );
}

function refused(permission: string, pipeline?: string) {
  const what = pipeline ? ` on pipeline "${pipeline}"` : '';
  return new NotAllowedError(
    `You lack the permission ${permission}${what}. Ask the owner or an administrator of the portal.`,
  );
}
