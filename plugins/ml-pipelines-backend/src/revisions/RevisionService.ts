import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  Deployment,
  duplicateDocument,
  duplicatePipelineRequestSchema,
  moveDocument,
  promoteDocument,
  promotePipelineRequestSchema,
  Revision,
  RevisionOrigin,
  SavePipelineResponse,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { z } from 'zod';
import type { DeploymentService } from '../deployments/DeploymentService';
import type { PipelineService } from '../pipelines/PipelineService';
import type { PipelineStore } from '../pipelines/PipelineStore';

/** Base revision of a pipeline that must not exist yet. */
const MUST_BE_NEW = 0;
const MAX_COMMENT = 500;

type DuplicateRequest = z.output<typeof duplicatePipelineRequestSchema>;
type PromoteRequest = z.output<typeof promotePipelineRequestSchema>;

/** Options of {@link RevisionService}. */
export interface RevisionServiceOptions {
  pipelines: Pick<PipelineStore, 'get' | 'getRevision' | 'resources'>;
  pipelineService: Pick<PipelineService, 'save'>;
  deployments: Pick<DeploymentService, 'create' | 'checkMove'>;
}

/** Makes revisions from others: copies, promotions, moves. */
export class RevisionService {
  constructor(private readonly options: RevisionServiceOptions) {}

  /** The newest one when no number is given. @throws NotFoundError */
  async revision(name: string, number?: number): Promise<Revision> {
    const { pipelines } = this.options;
    const wanted = number ?? (await pipelines.get(name))?.revision;
    const found =
      wanted === undefined
        ? undefined
        : await pipelines.getRevision(name, wanted);
    if (!found) {
      throw new NotFoundError(
        wanted === undefined
          ? `There is no pipeline "${name}".`
          : `Pipeline "${name}" has no revision ${wanted}.`,
      );
    }
    return found;
  }

  /**
   * @throws NotFoundError
   * @throws ConflictError when the name is taken, with one that is free
   * @throws InvalidPipelineError
   */
  async duplicate(
    original: string,
    request: DuplicateRequest,
    createdBy: string,
  ): Promise<SavePipelineResponse> {
    const { document, revision } = await this.revision(
      original,
      request.revision,
    );
    await this.refuseTaken(request.name);
    return this.options.pipelineService.save({
      name: request.name,
      document: duplicateDocument(document, request),
      comment: `Copy of ${original}@${revision}`,
      origin: { kind: 'duplicate', pipeline: original, revision },
      createdBy,
      baseRevision: MUST_BE_NEW,
    });
  }

  /**
   * @throws NotFoundError
   * @throws InputError when an existing pipeline would have to change its target
   * @throws ConflictError when the receiver was saved meanwhile
   * @throws InvalidPipelineError
   */
  async promote(
    original: string,
    request: PromoteRequest,
    createdBy: string,
  ): Promise<SavePipelineResponse> {
    const { pipelines, pipelineService } = this.options;
    const { to, target } = request;
    if (to === original) {
      throw new InputError(
        'A pipeline cannot be promoted to itself. Name another one.',
      );
    }
    const { document, revision } = await this.revision(
      original,
      request.revision,
    );
    const receiver = await pipelines.get(to);
    const keeps = receiver?.document.spec.target;
    if (target !== undefined && keeps !== undefined && keeps !== target) {
      throw new InputError(
        `Pipeline "${to}" keeps its target "${keeps}" when something is promoted to it. Leave the target out, and move the pipeline to "${target}" afterwards.`,
      );
    }
    const origin: RevisionOrigin = {
      kind: 'promote',
      pipeline: original,
      revision,
    };
    const comment = `Promoted from ${original}@${revision}`;
    return pipelineService.save({
      name: to,
      document: promoteDocument(document, receiver?.document, request),
      comment: (request.comment
        ? `${comment}: ${request.comment}`
        : comment
      ).slice(0, MAX_COMMENT),
      origin,
      createdBy,
      baseRevision: receiver?.revision ?? MUST_BE_NEW,
    });
  }

  /**
   * Saves the newest revision for another target, and deploys it there.
   *
   * @throws NotFoundError
   * @throws ConflictError when it runs there already, or cannot
   * @throws InvalidPipelineError when the target cannot run it
   */
  async move(
    name: string,
    target: string,
    createdBy: string,
  ): Promise<Deployment> {
    const { pipelines, pipelineService, deployments } = this.options;
    const pipeline = await pipelines.get(name);
    const { document, revision } = await this.revision(name);
    if (
      pipeline?.deployedTarget === target &&
      document.spec.target === target
    ) {
      throw new ConflictError(
        `Pipeline "${name}" runs on target "${target}" already.`,
      );
    }
    // Before anything is saved: nobody wants a revision that cannot be deployed.
    await deployments.checkMove(name, target);
    const saved = await pipelineService.save({
      name,
      document: moveDocument(document, target),
      comment: `Moved from target ${document.spec.target} to ${target}`,
      origin: { kind: 'move', pipeline: name, revision },
      createdBy,
      baseRevision: revision,
    });
    return deployments.create(
      name,
      {
        action: 'deploy',
        revision: saved.revision,
        force: false,
        deletePipeline: false,
        keepData: false,
      },
      createdBy,
    );
  }

  private async refuseTaken(name: string): Promise<void> {
    const [taken] = await this.options.pipelines.resources([name]);
    if (!taken) {
      return;
    }
    const candidates = Array.from({ length: 20 }, (_, i) => `${name}-${i + 2}`);
    const found = await this.options.pipelines.resources(candidates);
    const free = candidates.find((_, i) => !found[i]);
    throw new ConflictError(
      `The name "${name}" is taken. Choose another one${
        free && free.length <= 40 ? `, such as "${free}"` : ''
      }.`,
    );
  }
}
