import type {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { NodeCatalogue } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { createAlerting } from './alerts/createAlerting';
import type { ChangeNotifier } from './changes/ChangeNotifier';
import type { DeploymentUsage } from './deployments/DeploymentUsage';
import { DatabaseDraftStore } from './drafts/DatabaseDraftStore';
import type { Encryption } from './encryption/Encryption';
import { WorkloadTokens } from './exchange/WorkloadTokens';
import { createPipelineAuthorizer } from './permissions/createPipelineAuthorizer';
import { DatabasePipelineStore } from './pipelines/DatabasePipelineStore';
import { DefaultPipelineService } from './pipelines/DefaultPipelineService';
import { PipelineValidator } from './pipelines/PipelineValidator';
import { createApiKeyRouter } from './routes/apiKeyRouter';
import { createDraftsRouter } from './routes/draftsRouter';
import { createNodeTypesRouter } from './routes/nodeTypesRouter';
import { createPipelinesRouter } from './routes/pipelinesRouter';
import { createRevisionsRouter } from './routes/revisionsRouter';
import { createSecretsRouter } from './routes/secretsRouter';
import { createTargetsRouter } from './routes/targetsRouter';
import { createValidateRouter } from './routes/validateRouter';
import { createApiKeyHandOver } from './secrets/createApiKeyHandOver';
import { DatabaseApiKeyStore } from './secrets/DatabaseApiKeyStore';
import { DatabaseSecretStore } from './secrets/DatabaseSecretStore';
import { DefaultWorkloadSecretsProvider } from './secrets/DefaultWorkloadSecretsProvider';
import { ManagementKeys } from './secrets/ManagementKeys';
import { DatabaseTargetCredentialsStore } from './targets/DatabaseTargetCredentialsStore';
import { DatabaseTargetStore } from './targets/DatabaseTargetStore';
import { DefaultTargetRegistry } from './targets/DefaultTargetRegistry';
import type { DriverRegistry } from './targets/DriverRegistry';
import { readConfiguredTargets } from './targets/readConfiguredTargets';
import type { TargetStacks } from './targetStacks/TargetStacks';

/** Options of {@link createCore}. */
export interface CoreOptions {
  auditor: AuditorService;
  catalogue: NodeCatalogue;
  config: Config;
  drivers: DriverRegistry;
  encryption: Encryption;
  httpAuth: HttpAuthService;
  knex: Knex;
  logger: LoggerService;
  notifications: NotificationService;
  notifier: ChangeNotifier;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  targetStacks: TargetStacks;
  usage: DeploymentUsage;
}

/** Pipelines, drafts, targets and secrets with their routes: what every other feature builds on. */
export function createCore(options: CoreOptions) {
  const { auditor, catalogue, encryption, knex, logger, notifier, usage } =
    options;
  const pipelines = new DatabasePipelineStore(knex);
  const alerting = createAlerting({ ...options, pipelines });
  const secrets = new DatabaseSecretStore({ knex, encryption, pipelines });
  const apiKeys = new DatabaseApiKeyStore({ knex, encryption });
  const managementKeys = new ManagementKeys(encryption);
  const workloadTokens = new WorkloadTokens(encryption);
  const workloadSecrets = new DefaultWorkloadSecretsProvider({
    secrets,
    apiKeys,
    managementKeys,
    workloadTokens,
  });
  const targets = new DefaultTargetRegistry({
    configured: readConfiguredTargets(options.config),
    credentials: new DatabaseTargetCredentialsStore({ knex, encryption }),
    drivers: options.drivers,
    logger,
    notifier,
    pipelines,
    stacks: options.targetStacks,
    store: new DatabaseTargetStore({ knex, encryption }),
    usage,
  });
  const validator = new PipelineValidator({ catalogue, targets, secrets });
  const pipelineService = new DefaultPipelineService({
    store: pipelines,
    validator,
    apiKeys,
    alerting,
    notifier,
  });
  const drafts = new DatabaseDraftStore(knex);
  const onApiKeysChanged = createApiKeyHandOver({
    pipelines,
    targets,
    workloadSecrets,
  });
  const authorizer = createPipelineAuthorizer({ ...options, pipelines });
  const { authorize } = authorizer;

  return {
    alerting,
    apiKeys,
    authorizer,
    catalogue,
    drafts,
    handOverKeys: onApiKeysChanged,
    managementKeys,
    pipelines,
    pipelineService,
    secrets,
    targets,
    validator,
    workloadSecrets,
    workloadTokens,
    routers: [
      createPipelinesRouter({
        store: pipelines,
        service: pipelineService,
        authorizer,
        auditor,
        usage,
      }),
      createRevisionsRouter({ store: pipelines, targets, authorize }),
      createNodeTypesRouter({ catalogue }),
      createValidateRouter({ validator, authorize }),
      createDraftsRouter({ drafts, validator, authorize, auditor }),
      createTargetsRouter({
        config: options.config,
        registry: targets,
        authorize,
        auditor,
        httpAuth: options.httpAuth,
      }),
      createSecretsRouter({ secrets, authorize, auditor }),
      createApiKeyRouter({ apiKeys, onApiKeysChanged, authorize, auditor }),
    ],
  };
}

/** What {@link createCore} gives to the other features. */
export type Core = ReturnType<typeof createCore>;
