import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  PipelineStatus,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { AlertEvaluator } from '../alerts/AlertEvaluator';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { ModelWatch } from '../models/ModelWatch';
import type {
  DeployedPipeline,
  PipelineStore,
} from '../pipelines/PipelineStore';
import { readyReason } from '../runs/readyForRuns';
import type { MetricsSource } from './MetricsSource';
import { pipelineStatusOf } from './pipelineStatusOf';

/** The overview's figures look back this far, in seconds. */
const OVERVIEW_WINDOW_SECONDS = 60;

/** Says that a pipeline went from one status to another by itself. Must not throw. */
export type StatusNotifier = (change: {
  pipeline: DeployedPipeline;
  status: PipelineStatus;
  reason: string | null;
}) => Promise<void>;

/** Options of {@link Supervision}. */
export interface SupervisionOptions {
  pipelines: Pick<PipelineStore, 'getRevision' | 'updateStatus'>;
  metrics: Pick<MetricsSource, 'recent'>;
  alerts: AlertEvaluator;
  changes: ChangeNotifier;
  notifyFailure: StatusNotifier;
  models?: Pick<ModelWatch, 'look'>;
  logger: LoggerService;
}

/**
 * After each scrape: evaluates the alerts of a pipeline, and keeps its status
 * and the figures of the overview up to date.
 */
export class Supervision {
  readonly #options: SupervisionOptions;

  constructor(options: SupervisionOptions) {
    this.#options = options;
  }

  readonly afterSample = async (
    pipeline: DeployedPipeline,
    workload: WorkloadStatus,
  ): Promise<void> => {
    const { pipelines, metrics, alerts, changes, notifyFailure } =
      this.#options;
    const revision = await pipelines.getRevision(
      pipeline.name,
      pipeline.revision,
    );
    if (!revision) {
      return;
    }
    const { document } = revision;
    // Not waited for: a model's files may be large.
    void this.#options.models?.look(pipeline, document, workload);
    const firing = await alerts.evaluate(document);
    const window = await metrics.recent(pipeline.name, OVERVIEW_WINDOW_SECONDS);
    // While a deployment is under way, its executor says how things stand.
    const verdict =
      pipeline.status === 'deploying'
        ? undefined
        : pipelineStatusOf({
            workload: { ...workload, reason: readyReason(workload, document) },
            window,
            objectives: document.spec.objectives,
            firing,
          });
    const { changed } = await pipelines.updateStatus(
      pipeline.name,
      {
        ...(verdict && {
          status: verdict.status,
          statusReason: verdict.reason,
        }),
        requestsPerSecond: window.empty
          ? null
          : (window.rate('requests') ?? 0) + (window.rate('events') ?? 0),
        latencyP95Ms: window.latencyMs(0.95),
        errorRatePercent: window.share('errors', window.total('requests')),
        firingAlerts: firing.length,
      },
      // A deployment that began or ended meanwhile knows better.
      pipeline,
    );
    if (!changed) {
      return;
    }
    await changes.pipelineChanged(pipeline.name);
    if (verdict?.status === 'failed') {
      try {
        await notifyFailure({ pipeline, ...verdict });
      } catch (error) {
        this.#options.logger.warn(
          `Notifying the owner of "${pipeline.name}": ${
            toError(error).message
          }`,
        );
      }
    }
  };
}
