import { randomUUID } from 'node:crypto';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  createBuiltinCatalogue,
  Deployment,
  DeploymentFailure,
  DeploymentLogLine,
  DeploymentState,
  Draft,
  DraftRequest,
  createDeploymentRequestSchema,
  isTerminalState,
  TargetCapabilities,
  TargetInspection,
  TargetInspectionCheck,
  ValidationContext,
  validatePipeline,
  validatePipelineYaml,
  ValidationResult,
} from '@mlpipe/plugin-ml-pipelines-common';
import { FakeRuns } from './FakeRuns';

const localTarget: TargetCapabilities = {
  serve: true,
  stream: true,
  batch: true,
  autoscaling: false,
  hostFiles: true,
  maxGpus: 0,
  maxCpu: 8,
  maxMemoryMiB: 16_384,
  maxReplicas: 4,
};

const context = (): ValidationContext => ({
  catalogue: createBuiltinCatalogue(),
  targets: new Map([['local', localTarget]]),
  secretNames: new Set(['siem-token']),
});

interface StoredDeployment {
  deployment: Deployment;
  log: DeploymentLogLine[];
  /** States that it still goes through, one with each look at its log. */
  ahead: DeploymentState[];
}

/**
 * Behaves as the ML pipelines backend does, in memory: validates with the real
 * rules, keeps drafts and revisions, and moves a deployment by one state each
 * time that its log is read, so that no test depends on a clock.
 */
export class FakeMlPipelines {
  readonly runs = new FakeRuns();
  readonly drafts = new Map<string, Draft>();
  readonly revisions = new Map<string, unknown[]>();
  readonly targets = new Map<string, unknown>();
  /** Targets that were looked at. */
  readonly probes: unknown[] = [];
  /** What inspections find besides; nothing is wrong when absent. */
  failedCheck?: TargetInspectionCheck;
  readonly deployments = new Map<string, StoredDeployment>();
  readonly #byKey = new Map<string, string>();
  #seconds = 0;

  /** The way that new deployments take after `queued`. */
  path: DeploymentState[] = [
    'planning',
    'planned',
    'applying',
    'verifying',
    'succeeded',
  ];
  failure: DeploymentFailure = {
    code: 'runtime.crashed',
    message: 'The runtime stopped while starting.',
    hint: 'Check the path of the log file.',
    node: 'source',
    excerpt: ['FileNotFoundError: /var/log/missing.log'],
  };

  probe(request: unknown): TargetInspection {
    this.probes.push(request);
    return {
      inspectedAt: '2026-11-24T12:00:00.000Z',
      usable: this.failedCheck === undefined,
      checks: [
        {
          id: 'version',
          title: 'Version',
          status: 'ok',
          message: 'Kubernetes v1.36.3.',
        },
        ...(this.failedCheck ? [this.failedCheck] : []),
      ],
    };
  }

  validate(document: unknown): ValidationResult {
    return validatePipeline(document, context());
  }

  validateYaml(yaml: string): ValidationResult {
    return validatePipelineYaml(yaml, context());
  }

  save(
    name: string,
    document: unknown,
  ): { revision: number; changed: boolean } {
    const revisions = this.revisions.get(name) ?? [];
    const changed =
      JSON.stringify(revisions.at(-1)) !== JSON.stringify(document);
    if (changed) {
      revisions.push(document);
      this.revisions.set(name, revisions);
    }
    return { revision: revisions.length, changed };
  }

  pipeline(name: string) {
    const revisions = this.revisions.get(name);
    if (!revisions) {
      throw new NotFoundError(`There is no pipeline "${name}"`);
    }
    return {
      name,
      target: 'local',
      revision: revisions.length,
      document: revisions.at(-1),
    };
  }

  revision(name: string, revision: number) {
    this.pipeline(name);
    const document = this.revisions.get(name)?.[revision - 1];
    if (!document) {
      throw new NotFoundError(`There is no revision ${revision} of "${name}"`);
    }
    return { pipeline: name, revision, document };
  }

  keepDraft(id: string | undefined, request: DraftRequest): Draft {
    if (id !== undefined && !this.drafts.has(id)) {
      throw new NotFoundError(`There is no draft "${id}"`);
    }
    const now = new Date(0).toISOString();
    const draft: Draft = {
      ...request,
      id: id ?? randomUUID(),
      problems: [],
      createdBy: 'user:default/mock',
      createdAt: now,
      updatedAt: now,
    };
    this.drafts.set(draft.id, draft);
    return draft;
  }

  createDeployment(pipeline: string, body: unknown): Deployment {
    const request = createDeploymentRequestSchema.parse(body);
    const known = this.#byKey.get(request.idempotencyKey ?? '');
    if (known) {
      return this.deployment(known).deployment;
    }
    const { revision } = this.pipeline(pipeline);
    if ((request.revision ?? 1) > revision) {
      throw new InputError(`There is no revision ${request.revision}`);
    }
    const id = randomUUID();
    const now = new Date(0).toISOString();
    this.deployments.set(id, {
      deployment: {
        id,
        pipeline,
        action: request.action,
        revision: request.revision ?? revision,
        target: 'local',
        state: 'queued',
        attempt: 1,
        createdBy: 'user:default/mock',
        createdAt: now,
        updatedAt: now,
        history: [{ state: 'queued', at: this.#now(), attempt: 1 }],
        cancelRequested: false,
      },
      log: [],
      ahead: [...this.path],
    });
    if (request.idempotencyKey) {
      this.#byKey.set(request.idempotencyKey, id);
    }
    if (request.action === 'destroy' && request.deletePipeline) {
      this.revisions.delete(pipeline);
    }
    return this.deployment(id).deployment;
  }

  deployment(id: string): StoredDeployment {
    const stored = this.deployments.get(id);
    if (!stored) {
      throw new NotFoundError(`There is no deployment "${id}"`);
    }
    return stored;
  }

  /** The log after a line, once the deployment has moved on by one state. */
  readLog(id: string, after: number) {
    const stored = this.deployment(id);
    const next = stored.ahead.shift();
    if (next) {
      this.#enter(stored, next);
    }
    const items = stored.log.filter(line => line.sequence > after);
    return {
      items,
      next: items.at(-1)?.sequence ?? after,
      state: stored.deployment.state,
    };
  }

  cancel(id: string): Deployment {
    const { deployment } = this.deployment(id);
    if (isTerminalState(deployment.state)) {
      throw new ConflictError(`The deployment has already ended`);
    }
    deployment.cancelRequested = true;
    this.deployment(id).ahead = ['cancelled'];
    return deployment;
  }

  /** A clock that goes on by a second each time that it is read. */
  #now(): string {
    this.#seconds += 1;
    return new Date(this.#seconds * 1000).toISOString();
  }

  #enter(stored: StoredDeployment, state: DeploymentState): void {
    const { deployment, log } = stored;
    deployment.state = state;
    deployment.history.push({ state, at: this.#now(), attempt: 1 });
    log.push({
      sequence: log.length + 1,
      time: this.#now(),
      level: state === 'failed' ? 'error' : 'info',
      step: 'executor',
      message: `entered ${state}`,
    });
    if (state === 'planned' || state === 'awaiting_approval') {
      deployment.plan = {
        add: 2,
        change: 0,
        remove: 1,
        changes: [],
        drift: [],
        terraformVersion: '1.11.4',
        stateSerial: 1,
      };
    }
    if (state === 'succeeded' && deployment.action === 'deploy') {
      deployment.endpoint = 'http://127.0.0.1:8300';
    }
    if (state === 'failed') {
      deployment.failure = this.failure;
    }
  }
}
