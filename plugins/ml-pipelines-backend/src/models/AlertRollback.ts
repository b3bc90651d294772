import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  Alert,
  ModelsView,
  ModelVersion,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { audited } from '../routes/audited';
import { learningOf } from './learningOf';
import { wasTakenBack } from './modelEvents';
import type { ModelMarks } from './ModelMarks';
import type { ModelNotices } from './ModelNotices';
import type { RuntimeManagement } from './RuntimeManagement';
import { modelsViewSchema } from './runtimeAnswers';

/** Who rolls back, as the model's history tells it. */
const BY = 'alerts';

/** Options of {@link AlertRollback}. */
export interface AlertRollbackOptions {
  runtime: RuntimeManagement;
  marks: ModelMarks;
  notices: ModelNotices;
  auditor: AuditorService;
  logger: LoggerService;
  now?: () => number;
}

/**
 * Takes a model back when an alert begins to fire soon after it became
 * champion. At most once per promotion, whatever happens: an attempt that
 * failed is told to the owner, not repeated.
 */
export class AlertRollback {
  readonly #options: AlertRollbackOptions;

  constructor(options: AlertRollbackOptions) {
    this.#options = options;
  }

  /** For the alert evaluator: an alert has begun to fire. Never throws. */
  readonly onFiring = async (
    alert: Alert,
    document: PipelineDocument,
  ): Promise<void> => {
    try {
      await this.#consider(alert, document);
    } catch (error) {
      this.#options.logger.warn(
        `Whether alert "${alert.rule}" takes the model of pipeline "${
          alert.pipeline
        }" back: ${toError(error).message}`,
      );
    }
  };

  async #consider(alert: Alert, document: PipelineDocument): Promise<void> {
    const { runtime, marks } = this.#options;
    const learning = learningOf(document);
    if (!learning?.rollbackOnAlerts || alert.severity === 'info') {
      return;
    }
    const pipeline = await runtime.deployed(alert.pipeline);
    const view = await runtime.json(
      pipeline,
      { path: '/models' },
      modelsViewSchema,
    );
    const champion = promotedChampion(view);
    const firedAt = Date.parse(alert.firedAt ?? this.#now());
    const age = firedAt - Date.parse(champion?.promotedAt ?? '');
    // Not a number, and so not within, without a promotion.
    if (!(champion && age <= learning.rollbackWindowMinutes * 60_000)) {
      return;
    }
    const mark = `alert-rollback/${champion.version}/${champion.promotedAt}`;
    if (await marks.claim(alert.pipeline, mark)) {
      await this.#rollBack(alert, document, champion);
    }
  }

  async #rollBack(
    alert: Alert,
    document: PipelineDocument,
    champion: ModelVersion,
  ): Promise<void> {
    const { runtime, auditor, notices } = this.#options;
    const name = alert.pipeline;
    const { version } = champion;
    const reason = `Alert "${alert.rule}" fired after version ${version} took over: ${alert.summary}.`;
    try {
      await audited(
        auditor,
        {
          eventId: 'model-rollback',
          severityLevel: 'medium',
          meta: { pipeline: name, version, alert: alert.id, rule: alert.rule },
        },
        async () => {
          const view = await runtime.json(
            await runtime.deployed(name),
            {
              method: 'POST',
              path: '/models/rollback',
              body: { by: BY, reason: reason.slice(0, 500) },
            },
            modelsViewSchema,
          );
          return { result: view, meta: { champion: view.champion ?? '' } };
        },
      );
    } catch (error) {
      await notices.send(document, {
        title: `model version ${version} could not be rolled back`,
        description: `${reason} Rolling back failed: ${
          toError(error).message
        } Look at the model, and roll back by hand.`,
        severity: 'high',
        scope: version,
      });
      throw error;
    }
    // The owner is told by the next round, which sees the version taken back.
  }

  #now(): string {
    return new Date((this.#options.now ?? Date.now)()).toISOString();
  }
}

/**
 * The champion, if it became that by a promotion that can be taken back: there
 * is one before it, and it is not itself what a roll-back brought.
 */
function promotedChampion(view: ModelsView): ModelVersion | undefined {
  const champion = view.versions.find(
    ({ version }) => version === view.champion,
  );
  const since = champion?.promotedAt;
  // The first model of a pipeline was not promoted by anybody.
  if (since === undefined || champion?.promotedBy === undefined) {
    return undefined;
  }
  const earlier = view.versions.some(({ restorable }) => restorable);
  const cameBack = view.versions.some(
    version => wasTakenBack(version) && (version.retiredAt ?? '') >= since,
  );
  return earlier && !cameBack ? champion : undefined;
}
