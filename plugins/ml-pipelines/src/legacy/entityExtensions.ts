import type { Entity } from '@backstage/catalog-model';
import { createComponentExtension } from '@backstage/core-plugin-api';
import {
  PIPELINE_ANNOTATION,
  PIPELINE_COMPONENT_TYPE,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesPlugin } from './plugin';

/** Whether an entity stands for a pipeline; for `EntitySwitch` and tabs. @public */
export const isMlPipeline = (entity: Entity): boolean =>
  entity.spec?.type === PIPELINE_COMPONENT_TYPE &&
  Boolean(entity.metadata.annotations?.[PIPELINE_ANNOTATION]);

/** @public */
export const EntityMlPipelineCard = mlPipelinesPlugin.provide(
  createComponentExtension({
    name: 'EntityMlPipelineCard',
    component: {
      lazy: () =>
        import('../components/PipelineCard/PipelineCard').then(
          m => m.PipelineCard,
        ),
    },
  }),
);

/** Tab with status, graph and actions; mount it at `/ml-pipeline`. @public */
export const EntityMlPipelineContent = mlPipelinesPlugin.provide(
  createComponentExtension({
    name: 'EntityMlPipelineContent',
    component: {
      lazy: () =>
        import('../components/PipelineTab/PipelineTab').then(
          m => m.PipelineTab,
        ),
    },
  }),
);

/** Tab with plans and logs of deployments; mount it at `/deployments`. @public */
export const EntityMlPipelineDeploymentsContent = mlPipelinesPlugin.provide(
  createComponentExtension({
    name: 'EntityMlPipelineDeploymentsContent',
    component: {
      lazy: () =>
        import('../components/DeploymentsTab/DeploymentsTab').then(
          m => m.DeploymentsTab,
        ),
    },
  }),
);

/** Tab with revisions, their comparison and actions; mount it at `/revisions`. @public */
export const EntityMlPipelineRevisionsContent = mlPipelinesPlugin.provide(
  createComponentExtension({
    name: 'EntityMlPipelineRevisionsContent',
    component: {
      lazy: () =>
        import('../components/RevisionsTab/RevisionsTab').then(
          m => m.RevisionsTab,
        ),
    },
  }),
);

/** Tab with charts, alerts and anomalies; mount it at `/ml-monitoring`. @public */
export const EntityMlPipelineMonitoringContent = mlPipelinesPlugin.provide(
  createComponentExtension({
    name: 'EntityMlPipelineMonitoringContent',
    component: {
      lazy: () =>
        import('../components/MonitoringTab/MonitoringTab').then(
          m => m.MonitoringTab,
        ),
    },
  }),
);

/** Tab with runs, their logs and what they left; mount it at `/runs`. @public */
export const EntityMlPipelineRunsContent = mlPipelinesPlugin.provide(
  createComponentExtension({
    name: 'EntityMlPipelineRunsContent',
    component: {
      lazy: () => import('../components/RunsTab/RunsTab').then(m => m.RunsTab),
    },
  }),
);

/** Tab with the versions of the model and the drift of the data; mount it at `/ml-model`. @public */
export const EntityMlPipelineModelContent = mlPipelinesPlugin.provide(
  createComponentExtension({
    name: 'EntityMlPipelineModelContent',
    component: {
      lazy: () =>
        import('../components/ModelTab/ModelTab').then(m => m.ModelTab),
    },
  }),
);

/** Tab with the log of the runtime; mount it at `/ml-logs`. @public */
export const EntityMlPipelineLogsContent = mlPipelinesPlugin.provide(
  createComponentExtension({
    name: 'EntityMlPipelineLogsContent',
    component: {
      lazy: () => import('../components/LogsTab/LogsTab').then(m => m.LogsTab),
    },
  }),
);

/** Tab that sends samples and makes API keys; mount it at `/ml-console`. @public */
export const EntityMlPipelineConsoleContent = mlPipelinesPlugin.provide(
  createComponentExtension({
    name: 'EntityMlPipelineConsoleContent',
    component: {
      lazy: () =>
        import('../components/ConsoleTab/ConsoleTab').then(m => m.ConsoleTab),
    },
  }),
);
