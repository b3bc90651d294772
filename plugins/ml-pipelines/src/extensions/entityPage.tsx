import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { PIPELINE_ANNOTATION } from '@mlpipe/plugin-ml-pipelines-common';

/** Entities that stand for a pipeline. */
const filter = {
  kind: 'component',
  [`metadata.annotations.${PIPELINE_ANNOTATION}`]: { $exists: true },
};

const card = EntityCardBlueprint.make({
  name: 'status',
  params: {
    type: 'info',
    filter,
    loader: () =>
      import('../components/PipelineCard/PipelineCard').then(m => (
        <m.PipelineCard />
      )),
  },
});

const pipeline = EntityContentBlueprint.make({
  name: 'pipeline',
  params: {
    path: 'ml-pipeline',
    title: 'Pipeline',
    filter,
    loader: () =>
      import('../components/PipelineTab/PipelineTab').then(m => (
        <m.PipelineTab />
      )),
  },
});

const deployments = EntityContentBlueprint.make({
  name: 'deployments',
  params: {
    path: 'deployments',
    title: 'Deployments',
    filter,
    loader: () =>
      import('../components/DeploymentsTab/DeploymentsTab').then(m => (
        <m.DeploymentsTab />
      )),
  },
});

const revisions = EntityContentBlueprint.make({
  name: 'revisions',
  params: {
    path: 'revisions',
    title: 'Revisions',
    filter,
    loader: () =>
      import('../components/RevisionsTab/RevisionsTab').then(m => (
        <m.RevisionsTab />
      )),
  },
});

const monitoring = EntityContentBlueprint.make({
  name: 'monitoring',
  params: {
    path: 'ml-monitoring',
    title: 'Monitoring',
    filter,
    loader: () =>
      import('../components/MonitoringTab/MonitoringTab').then(m => (
        <m.MonitoringTab />
      )),
  },
});

const runs = EntityContentBlueprint.make({
  name: 'runs',
  params: {
    path: 'runs',
    title: 'Runs',
    filter,
    loader: () =>
      import('../components/RunsTab/RunsTab').then(m => <m.RunsTab />),
  },
});

const model = EntityContentBlueprint.make({
  name: 'model',
  params: {
    path: 'ml-model',
    title: 'Model',
    filter,
    loader: () =>
      import('../components/ModelTab/ModelTab').then(m => <m.ModelTab />),
  },
});

const logs = EntityContentBlueprint.make({
  name: 'logs',
  params: {
    path: 'ml-logs',
    title: 'Logs',
    filter,
    loader: () =>
      import('../components/LogsTab/LogsTab').then(m => <m.LogsTab />),
  },
});

const consoleTab = EntityContentBlueprint.make({
  name: 'console',
  params: {
    path: 'ml-console',
    title: 'Console',
    filter,
    loader: () =>
      import('../components/ConsoleTab/ConsoleTab').then(m => <m.ConsoleTab />),
  },
});

export const entityExtensions = [
  card,
  pipeline,
  deployments,
  revisions,
  runs,
  monitoring,
  model,
  logs,
  consoleTab,
];
