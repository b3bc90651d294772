import type {
  RevisionOrigin,
  SavePipelineResponse,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Saving and deleting with everything that belongs to it: validation, API key, notifications. */
export interface PipelineService {
  /**
   * @throws InvalidPipelineError with all problems
   * @throws ConflictError when `baseRevision` is no longer the newest
   */
  save(options: {
    name: string;
    document: unknown;
    comment?: string;
    origin?: RevisionOrigin;
    createdBy: string;
    baseRevision?: number;
  }): Promise<SavePipelineResponse>;
  /**
   * @throws NotFoundError
   * @throws ConflictError while something is deployed
   */
  delete(name: string): Promise<void>;
}
