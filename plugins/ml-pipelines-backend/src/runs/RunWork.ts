import { InputError, NotFoundError } from '@backstage/errors';
import {
  PipelineDocument,
  pipelineDocumentSchema,
  RunLogLine,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  ModelRef,
  RunRef,
  WorkloadSecrets,
} from '@mlpipe/plugin-ml-pipelines-node';
import { Redact, redactor } from '@mlpipe/terraform-runner';
import type { ClaimRef } from '../deployments/DeploymentStore';
import type { StopSignal } from '../executor/StopSignal';
import { RunDriver, runDriverOf } from './RunDriver';
import type { RunOptions } from './RunOptions';
import type { RunPatch, RunRecord } from './RunRecord';

/** One claimed run, and what is needed to bring it to its end. */
export class RunWork {
  private redact: Redact = text => text;

  constructor(
    readonly options: RunOptions,
    readonly claim: ClaimRef,
    readonly stop: StopSignal,
    /** As it was stored last. */
    public record: RunRecord,
  ) {}

  /**
   * The driver, and how it knows the run.
   *
   * @throws NotFoundError, ServiceUnavailableError when the target cannot be used
   * @throws InputError when it executes no runs
   */
  async target(): Promise<{ driver: RunDriver; ref: RunRef<unknown> }> {
    const { record, options } = this;
    const { driver, ref } = await options.targets.get(record.target);
    const runs = runDriverOf(driver);
    if (!runs) {
      throw new InputError(
        `The target "${record.target}" executes no runs. Choose another one.`,
      );
    }
    return {
      driver: runs,
      ref: {
        pipeline: record.pipeline,
        target: ref,
        run: record.id,
        exchange: await options.exchange.runs.of(record, ref),
      },
    };
  }

  /** What to run. @throws NotFoundError when the revision is gone */
  async document(): Promise<PipelineDocument> {
    const { record, options } = this;
    if (record.request.document !== undefined) {
      return pipelineDocumentSchema.parse(record.request.document);
    }
    const revision = await options.pipelines.getRevision(
      record.pipeline,
      record.revision,
    );
    if (!revision) {
      throw new NotFoundError(
        `Pipeline "${record.pipeline}" has no revision ${record.revision} any more.`,
      );
    }
    return revision.document;
  }

  /** Values for the run; none of them appears in its log from then on. */
  async secrets(document: PipelineDocument): Promise<WorkloadSecrets> {
    const { secrets } = await this.options.secrets.collect(
      this.record.pipeline,
      document,
    );
    this.redact = redactor(Object.values(secrets.environment));
    return secrets;
  }

  /** What a batch scores with; undefined where it trains a model itself. */
  async model(document: PipelineDocument): Promise<ModelRef | undefined> {
    const found = await this.options.models.forRun(this.record, document);
    if (!found) {
      return undefined;
    }
    const { run, version, digest } = found;
    await this.log('info', `It scores with model ${version} of run ${run}.`);
    return { version, digest };
  }

  mask(text: string): string {
    return this.redact(text);
  }

  async update(patch: RunPatch): Promise<void> {
    const { store, changes } = this.options;
    this.record = await store.update(this.claim, patch);
    changes.changed(this.record.id);
  }

  /** A line of the portal's own. */
  async log(level: RunLogLine['level'], message: string): Promise<void> {
    const { logs, changes } = this.options;
    await logs.append(this.record.id, [
      { time: new Date().toISOString(), level, message: this.mask(message) },
    ]);
    changes.changed(this.record.id);
  }
}
