import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { createBuiltinCatalogue } from '@mlpipe/plugin-ml-pipelines-common';
import {
  mlPipelinesNodeTypesExtensionPoint,
  mlPipelinesTargetsExtensionPoint,
} from '@mlpipe/plugin-ml-pipelines-node';
import { DetachedTerraformRunner } from '@mlpipe/terraform-runner';
import { registerActions } from './actions/registerActions';
import { DatabaseAlertStore } from './alerts/DatabaseAlertStore';
import { createArtifacts } from './artifacts/createArtifacts';
import { EventsChangeNotifier } from './changes/EventsChangeNotifier';
import { readDataDir } from './database/readDataDir';
import { openDatabase } from './database/openDatabase';
import { Encryption } from './encryption/Encryption';
import { DatabaseDeploymentStore } from './deployments/DatabaseDeploymentStore';
import { DeploymentUsage } from './deployments/DeploymentUsage';
import { createCore } from './createCore';
import { createDeployments } from './createDeployments';
import { createExchange } from './exchange/createExchange';
import { readExecutorSettings } from './executor/readExecutorSettings';
import { createModels } from './models/createModels';
import { ServedModels } from './models/ServedModels';
import { createMonitoring } from './monitoring/createMonitoring';
import { createPortfolio } from './portfolio/createPortfolio';
import { readRetentionSettings } from './retention/readRetentionSettings';
import { createAlertRouters } from './routes/createAlertRouters';
import { createConsoleRouter } from './routes/consoleRouter';
import { EXCHANGE_PATH } from './routes/exchangeRouter';
import { createLogsRouter } from './routes/logsRouter';
import { createMonitoringRouter } from './routes/monitoringRouter';
import { createRouter } from './router';
import { DatabaseRunStore } from './runs/DatabaseRunStore';
import { createRuns } from './runs/createRuns';
import { readRunSettings } from './runs/RunSettings';
import { DriverRegistry } from './targets/DriverRegistry';
import { createTargetStacks } from './targetStacks/createTargetStacks';

/**
 * Pipelines, revisions, targets, secrets and deployments of ML pipelines.
 *
 * @public
 */
export const mlPipelinesPlugin = createBackendPlugin({
  pluginId: 'ml-pipelines',
  register(env) {
    const drivers = new DriverRegistry();
    const catalogue = createBuiltinCatalogue();
    env.registerExtensionPoint(mlPipelinesTargetsExtensionPoint, drivers);
    env.registerExtensionPoint(mlPipelinesNodeTypesExtensionPoint, {
      addNodeType: type => catalogue.add(type),
    });

    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        auditor: coreServices.auditor,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        signals: signalsServiceRef,
      },
      async init(deps) {
        const { config, lifecycle } = deps;
        const dataDir = readDataDir(config);
        const knex = await openDatabase(deps.database);
        const encryption = await Encryption.fromConfig(config, { dataDir });
        const notifier = new EventsChangeNotifier(deps);

        const settings = readExecutorSettings(config);
        const runner = new DetachedTerraformRunner({
          binary: config.getOptionalString('mlPipelines.terraform.binary'),
        });
        const targetStacks = createTargetStacks({
          ...deps,
          dataDir,
          encryption,
          knex,
          runner,
          settings,
        });
        const core = createCore({
          ...deps,
          targetStacks,
          knex,
          encryption,
          notifier,
          drivers,
          catalogue,
          usage: DeploymentUsage.fromDatabase(knex),
        });

        const { authorize } = core.authorizer;
        const artifacts = createArtifacts({
          ...deps,
          authorize,
          dataDir,
          encryption,
        });
        const exchange = createExchange({
          ...deps,
          ...core,
          artifacts: artifacts.store,
          knex,
        });
        const models = createModels({
          ...deps,
          ...core,
          artifacts: artifacts.store,
          authorize,
          changes: notifier,
          knex,
        });

        const portfolio = createPortfolio({ ...deps, ...core, knex });
        await portfolio.counter.start();
        const monitoring = createMonitoring({
          ...deps,
          ...core,
          afterRound: portfolio.counter.afterRound,
          knex,
          changes: notifier,
          models,
        });
        await monitoring.start(deps.scheduler);

        const deploymentStore = new DatabaseDeploymentStore(knex);
        const servedModels = new ServedModels({
          ...core,
          artifacts: artifacts.store,
          deployments: deploymentStore,
          runs: new DatabaseRunStore(knex),
        });
        const deployments = createDeployments({
          ...deps,
          ...core,
          authorize,
          dataDir,
          encryption,
          exchange,
          knex,
          models: servedModels,
          notifier,
          runner,
          settings,
          targetStacks,
          retention: readRetentionSettings(config),
          usage: portfolio.usage,
        });
        const runs = createRuns({
          ...deps,
          ...core,
          artifacts,
          authorize,
          dataDir,
          deployments: deployments.service,
          exchange,
          knex,
          models: servedModels,
          notifier,
          retention: readRetentionSettings(config),
          settings: readRunSettings(config),
          targetStacks,
        });
        const shared = {
          ...deps,
          ...core,
          ...monitoring,
          authorize,
          deploymentStore,
        };
        registerActions({
          ...shared,
          alerts: new DatabaseAlertStore(knex),
          deployments: deployments.service,
          portfolio: portfolio.service,
        });
        lifecycle.addStartupHook(async () => {
          await core.targets.start();
          await deployments.start();
          await artifacts.start();
          await runs.start(deps.scheduler);
          await models.start(deps.scheduler);
          await deps.scheduler.scheduleTask({
            id: 'ml-pipelines-targets',
            frequency: { minutes: 1 },
            timeout: { minutes: 1 },
            initialDelay: { minutes: 1 },
            scope: 'local',
            fn: () => core.targets.start(),
          });
          await deps.scheduler.scheduleTask({
            id: 'ml-pipelines-target-credentials',
            frequency: { hours: 1 },
            timeout: { minutes: 1 },
            initialDelay: { minutes: 1 },
            fn: () => core.targets.dropUnusedCredentials(),
          });
        });
        const closing = new AbortController();
        lifecycle.addShutdownHook(() => closing.abort());
        lifecycle.addShutdownHook(() => deployments.stop());
        lifecycle.addShutdownHook(() => runs.stop());
        // Terraform has no Backstage credentials; the router checks its tokens.
        deps.httpRouter.addAuthPolicy({
          path: '/terraform/state',
          allow: 'unauthenticated',
        });
        // Signed URLs are their own permission; uploads ask for one.
        deps.httpRouter.addAuthPolicy({
          path: '/artifacts',
          allow: 'unauthenticated',
        });
        // Workloads show a token of their pipeline; the router checks it.
        deps.httpRouter.addAuthPolicy({
          path: EXCHANGE_PATH,
          allow: 'unauthenticated',
        });
        deps.httpRouter.use(
          createRouter({
            auditor: deps.auditor,
            raw: [
              ...deployments.rawRouters,
              ...artifacts.rawRouters,
              ...exchange.rawRouters,
            ],
            json: [
              ...core.routers,
              ...deployments.routers,
              ...runs.routers,
              ...models.routers,
              ...portfolio.routers,
              createMonitoringRouter(shared),
              ...createAlertRouters({ ...shared, knex }),
              createConsoleRouter(shared),
              createLogsRouter({ ...shared, shutdown: closing.signal }),
            ],
          }),
        );
      },
    });
  },
});
