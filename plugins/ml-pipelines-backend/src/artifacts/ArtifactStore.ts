import type { ArtifactInfo } from '@mlpipe/plugin-ml-pipelines-common';
import type { Readable } from 'node:stream';

/**
 * Uploads, samples, models and reports, by their content: the same bytes are
 * stored once and can never change.
 */
export interface ArtifactStore {
  /**
   * Stores a stream; nothing is left of one that breaks off.
   *
   * @throws ArtifactTooLargeError beyond the limit
   */
  put(content: Readable): Promise<ArtifactInfo>;
  stat(digest: string): Promise<ArtifactInfo | undefined>;
  /** @throws NotFoundError */
  open(
    digest: string,
    range?: { start: number; end: number },
  ): Promise<Readable>;
  /** Does nothing for an unknown one. */
  delete(digest: string): Promise<void>;
  /** Removes what uploads have left that a crash broke off. */
  cleanUp(): Promise<void>;
}

/** An upload is larger than the portal takes. */
export class ArtifactTooLargeError extends Error {
  constructor(readonly maxBytes: number) {
    super(
      `The upload is larger than ${Math.floor(
        maxBytes / 1024 ** 2,
      )} MiB. Send less, or have an administrator raise mlPipelines.artifacts.maxMiB.`,
    );
    this.name = 'ArtifactTooLargeError';
  }
}
