import { ConflictError, NotFoundError } from '@backstage/errors';
import type {
  DeployedModel,
  NodeCatalogue,
  PipelineDocument,
  RunKind,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ArtifactStore } from '../artifacts/ArtifactStore';
import type { DeploymentStore } from '../deployments/DeploymentStore';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { modeOf } from '../runs/modeOf';
import type { RunRecord } from '../runs/RunRecord';
import type { RunStore } from '../runs/RunStore';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { sameLearning } from './sameLearning';

/** Name of the file in which a run leaves its model. */
export const MODEL_FILE = 'model.tar.gz';
/** Trainings that are looked at, newest first, for one that fits. */
const LOOKED_AT = 50;

/** A model that somebody chose, or that is simply the newest. */
export interface PinnedModel extends DeployedModel {
  /** Somebody asked for it; it stays until somebody asks for another one. */
  chosen?: boolean;
}

/** Options of {@link ServedModels}. */
export interface ServedModelsOptions {
  runs: Pick<RunStore, 'list' | 'get'>;
  deployments: Pick<DeploymentStore, 'lastModel'>;
  artifacts: Pick<ArtifactStore, 'stat'>;
  pipelines: Pick<PipelineStore, 'get' | 'getRevision'>;
  targets: Pick<TargetRegistry, 'get'>;
  catalogue: NodeCatalogue;
}

/**
 * Which trained model an endpoint starts with, on targets whose workloads keep
 * none by themselves. All replicas of one deployment get the same one, so that
 * they answer alike.
 */
export class ServedModels {
  constructor(private readonly options: ServedModelsOptions) {}

  /**
   * The model for a deployment: the one that somebody chose last while it
   * fits, else that of the newest training that fits. Undefined where the
   * workload learns by itself.
   */
  async forDeployment(
    pipeline: string,
    document: PipelineDocument,
  ): Promise<PinnedModel | undefined> {
    const { catalogue, deployments, runs } = this.options;
    if (
      modeOf(document, catalogue) !== 'serve' ||
      !(await this.takesModels(document.spec.target))
    ) {
      return undefined;
    }
    const last = await deployments.lastModel(pipeline);
    const run = last?.chosen ? await runs.get(last.run) : undefined;
    if (last && run && (await this.fits(run, document))) {
      return last;
    }
    return this.newest(pipeline, document, ['training']);
  }

  /** The model for a batch: that of the newest run that fits. */
  async forRun(
    run: Pick<RunRecord, 'pipeline' | 'kind' | 'target'>,
    document: PipelineDocument,
  ): Promise<DeployedModel | undefined> {
    return run.kind === 'batch' && (await this.takesModels(run.target))
      ? this.newest(run.pipeline, document, ['training', 'batch'])
      : undefined;
  }

  /**
   * The model of a run for the revision that is deployed.
   *
   * @throws ConflictError, NotFoundError saying why it cannot be used
   */
  async ofRun(
    run: RunRecord,
  ): Promise<{ revision: number; target: string; model: PinnedModel }> {
    const { pipelines, catalogue } = this.options;
    const name = run.pipeline;
    if (run.mirrored) {
      throw new ConflictError(
        'The pipeline itself trained this model. Promote it on the page of its models.',
      );
    }
    if (run.kind !== 'training' || run.state !== 'succeeded') {
      throw new ConflictError(
        `Run ${run.id} left no model to use: only a training that has succeeded does.`,
      );
    }
    const pipeline = await pipelines.get(name);
    const revision = pipeline?.deployedRevision;
    const deployed =
      revision === undefined
        ? undefined
        : await pipelines.getRevision(name, revision);
    if (!pipeline || revision === undefined || !deployed) {
      throw new ConflictError(
        `Pipeline "${name}" is not deployed. Deploy it: it then starts with the newest model that fits.`,
      );
    }
    const target = pipeline.deployedTarget ?? deployed.document.spec.target;
    if (modeOf(deployed.document, catalogue) !== 'serve') {
      throw new ConflictError(
        `Revision ${revision} of pipeline "${name}" is no endpoint, so that it takes no model from a run.`,
      );
    }
    if (!(await this.takesModels(target))) {
      throw new ConflictError(
        `Workloads of target "${target}" keep their models themselves. Use "Retrain" on the page of the model.`,
      );
    }
    const model = await this.modelOf(run);
    if (!model) {
      throw new NotFoundError(
        `The model of run ${run.id} is not stored any more. Repeat the run.`,
      );
    }
    if (!(await this.learnedAlike(run, deployed.document))) {
      throw new ConflictError(
        `Run ${run.id} trained revision ${run.revision}, which learns otherwise than the deployed revision ${revision}. Train revision ${revision}, or deploy revision ${run.revision} first.`,
      );
    }
    return { revision, target, model: { ...model, chosen: true } };
  }

  private async newest(
    pipeline: string,
    document: PipelineDocument,
    kinds: RunKind[],
  ): Promise<DeployedModel | undefined> {
    for (const run of await this.succeeded(pipeline, kinds)) {
      const model = await this.fits(run, document);
      if (model) {
        return model;
      }
    }
    return undefined;
  }

  /** Newest first. */
  private async succeeded(
    pipeline: string,
    kinds: RunKind[],
  ): Promise<RunRecord[]> {
    const page = { state: 'succeeded', offset: 0, limit: LOOKED_AT } as const;
    const found = await Promise.all(
      kinds.map(kind => this.options.runs.list(pipeline, { ...page, kind })),
    );
    return found
      .flatMap(({ items }) => items)
      .sort((a, b) => b.ordinal - a.ordinal);
  }

  /** The model of a run, if it is there and one for that document. */
  private async fits(
    run: RunRecord,
    document: PipelineDocument,
  ): Promise<DeployedModel | undefined> {
    return !run.mirrored &&
      run.revision > 0 &&
      (await this.learnedAlike(run, document))
      ? this.modelOf(run)
      : undefined;
  }

  private async learnedAlike(
    run: RunRecord,
    document: PipelineDocument,
  ): Promise<boolean> {
    const { pipelines, catalogue } = this.options;
    const trained = await pipelines.getRevision(run.pipeline, run.revision);
    return (
      trained !== undefined &&
      sameLearning(trained.document, document, catalogue)
    );
  }

  private async modelOf(run: RunRecord): Promise<DeployedModel | undefined> {
    const file = run.artifacts.find(({ name }) => name === MODEL_FILE);
    if (!file || !(await this.options.artifacts.stat(file.digest))) {
      return undefined;
    }
    return {
      run: run.id,
      version: run.model ?? run.id,
      digest: file.digest,
    };
  }

  /** Also false for a target that cannot be used: whatever needs it says so itself. */
  private async takesModels(target: string): Promise<boolean> {
    return this.options.targets.get(target).then(
      ({ driver }) => driver.takesModels === true,
      () => false,
    );
  }
}
