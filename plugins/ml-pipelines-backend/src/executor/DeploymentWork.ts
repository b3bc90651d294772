import { NotFoundError } from '@backstage/errors';
import type {
  DeploymentState,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { PipelineStackRequest } from '@mlpipe/plugin-ml-pipelines-node';
import type {
  DeploymentPatch,
  DeploymentRecord,
} from '../deployments/DeploymentRecord';
import type { ClaimRef } from '../deployments/DeploymentStore';
import type { RegisteredTarget } from '../targets/TargetRegistry';
import type { AttemptDirectories } from './AttemptDirectory';
import type { ExecutorHost } from './ExecutorHost';
import type { ExecutorOptions } from './ExecutorOptions';
import type { LogWriter } from './LogWriter';
import type { StopSignal } from './StopSignal';
import type { TerraformAttempt } from './TerraformAttempt';

/** What the steps share while one executor works on one deployment. */
export class DeploymentWork {
  /** Set while this process has a Terraform directory that is ready to use. */
  attempt?: TerraformAttempt;
  /** Endpoint as the stack's output names it. */
  endpoint?: string;

  constructor(
    readonly options: ExecutorOptions,
    readonly host: ExecutorHost,
    readonly directories: AttemptDirectories,
    readonly claim: ClaimRef,
    readonly stop: StopSignal,
    readonly log: LogWriter,
    /** Terraform stack of the pipeline on the target. */
    readonly stackId: string,
    private current: DeploymentRecord,
  ) {}

  /** As this executor left it last. */
  get record(): DeploymentRecord {
    return this.current;
  }

  async update(patch: DeploymentPatch): Promise<void> {
    this.current = await this.options.store.update(this.claim, patch);
    this.announce();
  }

  async transition(
    to: DeploymentState,
    patch?: DeploymentPatch,
  ): Promise<void> {
    await this.log.flush();
    this.current = await this.options.store.transition(this.claim, to, patch);
    await this.showInOverview();
    this.announce();
  }

  /** Says why the present state lasts. Repeating the same reason changes nothing. */
  async wait(text: string, wayOut?: string): Promise<void> {
    // It may quote what the workload says.
    const reason = this.log.mask(text);
    const { wait } = this.current;
    if (wait?.reason === reason && wait.wayOut === wayOut) {
      return;
    }
    const since = wait?.since ?? new Date().toISOString();
    await this.update({ wait: { reason, since, wayOut } });
  }

  /**
   * What runs of the pipeline on another target than this deployment's: it is
   * on its way from there, or something is left here.
   */
  async elsewhere(): Promise<{ target: string; revision: number } | undefined> {
    const { pipeline, target } = this.current;
    const found = await this.options.pipelines.get(pipeline);
    return found?.deployedRevision !== undefined &&
      found.deployedTarget !== undefined &&
      found.deployedTarget !== target
      ? { target: found.deployedTarget, revision: found.deployedRevision }
      : undefined;
  }

  /** @throws NotFoundError, ServiceUnavailableError */
  async target(): Promise<RegisteredTarget> {
    return this.options.targets.get(this.current.target);
  }

  /** @throws NotFoundError */
  async document(): Promise<PipelineDocument> {
    const { pipeline, revision } = this.current;
    const found = await this.options.pipelines.getRevision(pipeline, revision);
    if (!found) {
      throw new NotFoundError(
        `Revision ${revision} of pipeline "${pipeline}" does not exist any more. Deploy another revision.`,
      );
    }
    return found.document;
  }

  /** What the driver is told, apart from the facts that it finds itself. */
  async stackRequest(
    target: RegisteredTarget,
  ): Promise<Omit<PipelineStackRequest<unknown>, 'facts'>> {
    const { pipeline, revision, release, options, action } = this.current;
    const document = await this.document();
    return {
      pipeline,
      target: target.ref,
      revision,
      document,
      release,
      force: options.force,
      model: options.model && {
        version: options.model.version,
        digest: options.model.digest,
      },
      exchangeUrl: await this.options.exchangeUrls.of(pipeline, target.ref),
      secretsVersion:
        action === 'deploy'
          ? await this.options.secrets.version(pipeline, document)
          : undefined,
    };
  }

  /** The overview says where the deployment is. */
  async showInOverview(): Promise<void> {
    const { id, pipeline, state, updatedAt } = this.current;
    await this.options.pipelines.setLastDeployment(pipeline, {
      id,
      state,
      at: updatedAt,
    });
  }

  private announce(): void {
    this.options.changes.changed(this.current.id);
    void this.options.notifier.deploymentProgressed(
      this.current.pipeline,
      this.current.id,
    );
  }
}
