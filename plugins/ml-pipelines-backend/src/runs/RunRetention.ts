import type { ArtifactStore } from '../artifacts/ArtifactStore';
import type { RunStore } from './RunStore';

/** Options of {@link RunRetention}. */
export interface RunRetentionOptions {
  store: Pick<
    RunStore,
    | 'prune'
    | 'droppedArtifacts'
    | 'needsArtifact'
    | 'isServed'
    | 'forgetDropped'
  >;
  artifacts: Pick<ArtifactStore, 'delete'>;
}

/** Removes old runs, and the files that only deleted runs had. */
export class RunRetention {
  constructor(private readonly options: RunRetentionOptions) {}

  /** @returns how many runs and files went */
  async cleanUp(limits: {
    endedBefore: string;
    keep: number;
  }): Promise<{ runs: number; files: number }> {
    const { store } = this.options;
    const runs = await store.prune(limits);
    return { runs, files: await this.removeFiles() };
  }

  /** Also what pipelines had that were deleted. */
  async removeFiles(): Promise<number> {
    const { store, artifacts } = this.options;
    let files = 0;
    for (const digest of await store.droppedArtifacts()) {
      if (await store.isServed(digest)) {
        // Its run is gone, and nothing will note it again: looked at next time.
        continue;
      }
      if (!(await store.needsArtifact(digest))) {
        await artifacts.delete(digest);
        files += 1;
      }
      // Afterwards: a clean-up that breaks off is done again.
      await store.forgetDropped(digest);
    }
    return files;
  }
}
