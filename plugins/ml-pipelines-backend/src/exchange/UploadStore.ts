import type {
  RunArtifact,
  RunProgress,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Which run of which pipeline sends something. */
export interface Sender {
  pipeline: string;
  run: string;
}

/** What runs on other machines have sent and nobody has collected yet. */
export interface UploadStore {
  /**
   * Whether the run takes anything.
   *
   * @throws NotFoundError when it is none of that pipeline
   * @throws ConflictError when it has ended
   */
  requireOpen(sender: Sender): Promise<void>;
  /**
   * Names a stored file as one of the run's. The same again changes nothing,
   * another content under the same name takes the place of the former.
   *
   * @returns whether the name is new
   * @throws NotFoundError, ConflictError as {@link UploadStore.requireOpen}
   * @throws UploadLimitError when the run has sent too much
   */
  put(sender: Sender, file: RunArtifact): Promise<boolean>;
  /** By name. */
  list(run: string): Promise<RunArtifact[]>;
  get(run: string, name: string): Promise<RunArtifact | undefined>;
  /** @throws NotFoundError, ConflictError as {@link UploadStore.requireOpen} */
  saveProgress(
    sender: Sender,
    worker: number,
    progress: RunProgress,
  ): Promise<void>;
  /** The latest of each worker, by its index. */
  progress(run: string): Promise<Record<number, RunProgress>>;
  /** Forgets what an ended run has sent; what it left has been collected. */
  drop(run: string): Promise<void>;
  /** Whether a pipeline may read a file: an input, a model or a result of its own. */
  mayRead(pipeline: string, digest: string): Promise<boolean>;
  /** A file that came and is not one of a run: to be removed unless something else needs it. */
  discard(digest: string): Promise<void>;
}

/** A run has sent more files or bytes than the portal keeps for one. */
export class UploadLimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UploadLimitError';
  }
}
