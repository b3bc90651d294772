import { NotFoundError } from '@backstage/errors';
import {
  logQuerySchema,
  metricsQuerySchema,
  MetricsResponse,
  PipelineDetail,
  pipelineReadPermission,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { PipelineConsole } from '../console/PipelineConsole';
import type { DeploymentStore } from '../deployments/DeploymentStore';
import { parseInput } from '../http/parseInput';
import type { MetricsSource } from '../monitoring/MetricsSource';
import { placeToObserve } from '../monitoring/placeToObserve';
import type { WorkloadObserver } from '../monitoring/WorkloadObserver';
import type { PipelineAuthorizer } from '../permissions/createPipelineAuthorizer';
import type { PipelineStore } from '../pipelines/PipelineStore';

/** Shown when no range is asked for, in seconds. */
const DEFAULT_RANGE = 3600;
/** Longest range: samples are kept for a day. */
const MAX_RANGE = 24 * 3600;
/** Points of a chart when no step is asked for. */
const POINTS = 240;
/** Finer steps than the sampler's would only show gaps. */
const MIN_STEP = 15;

/** Options of {@link createMonitoringRouter}. */
export interface MonitoringRouterOptions {
  authorizer: Pick<PipelineAuthorizer, 'authorize' | 'authorizeList'>;
  pipelines: Pick<PipelineStore, 'get' | 'listDeployed'>;
  deploymentStore: Pick<DeploymentStore, 'listOpen'>;
  observer: WorkloadObserver;
  metrics: MetricsSource;
  console: PipelineConsole;
  now?: () => number;
}

/** What runs and how it does: status, charts, anomalies, service discovery. */
export function createMonitoringRouter(
  options: MonitoringRouterOptions,
): Router {
  const { authorizer, pipelines, observer, metrics, now = Date.now } = options;
  const { authorize } = authorizer;
  const router = PromiseRouter();

  const get = async (name: string): Promise<PipelineDetail> => {
    const pipeline = await pipelines.get(name);
    if (!pipeline) {
      throw new NotFoundError(`There is no pipeline "${name}"`);
    }
    return pipeline;
  };

  router.get('/pipelines/:name/status', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    const target = await placeToObserve(
      await get(name),
      options.deploymentStore,
    );
    const status: WorkloadStatus =
      target === undefined
        ? {
            phase: 'absent',
            reason: 'Nothing is deployed.',
            replicas: { wanted: 0, ready: 0, items: [] },
            conditions: [],
            observedAt: new Date(now()).toISOString(),
          }
        : await observer.observe(name, target);
    res.json(status);
  });

  router.get('/pipelines/:name/metrics', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    await get(name);
    const query = parseInput(metricsQuerySchema, req.query);
    const to = query.to ?? Math.floor(now() / 1000);
    const from = Math.max(query.from ?? to - DEFAULT_RANGE, to - MAX_RANGE);
    const step = Math.max(query.step ?? (to - from) / POINTS, MIN_STEP);
    const answer: MetricsResponse = await metrics.query(name, {
      series: query.series,
      from,
      to: Math.max(to, from + step),
      step,
    });
    res.json(answer);
  });

  router.get('/pipelines/:name/anomalies', async (req, res) => {
    const { name } = req.params;
    await authorize(req, pipelineReadPermission, name);
    res.json(
      await options.console.anomalies(
        name,
        parseInput(logQuerySchema, req.query),
      ),
    );
  });

  // Prometheus HTTP service discovery: what Prometheus can reach from outside.
  // https://prometheus.io/docs/prometheus/latest/http_sd/
  router.get('/prometheus/targets', async (req, res) => {
    const { filter } = await authorizer.authorizeList(
      req,
      pipelineReadPermission,
    );
    const deployed = await pipelines.listDeployed(undefined, filter);
    res.json(
      deployed.flatMap(({ name, target, owner, endpoint }) => {
        if (!endpoint) {
          return [];
        }
        const url = new URL(endpoint);
        return {
          targets: [url.host],
          labels: {
            __scheme__: url.protocol.replace(':', ''),
            __metrics_path__: '/metrics',
            pipeline: name,
            target,
            owner,
          },
        };
      }),
    );
  });

  return router;
}
