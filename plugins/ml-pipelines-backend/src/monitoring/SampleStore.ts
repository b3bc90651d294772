import type { ReplicaSnapshots } from './ReplicaSnapshots';
import type { TimedSample } from './SampleWindow';

/** Samples of all pipelines, kept for a day. */
export interface SampleStore {
  /** The snapshots that the next difference is taken from. */
  cursor(pipeline: string): Promise<ReplicaSnapshots | undefined>;
  /** Moves the cursor and adds the sample that led to it, if there is one. */
  advance(
    pipeline: string,
    cursor: ReplicaSnapshots,
    sample?: TimedSample,
  ): Promise<void>;
  /** Samples whose interval ended within `(fromMs, toMs]`, oldest first. */
  between(
    pipeline: string,
    fromMs: number,
    toMs: number,
  ): Promise<TimedSample[]>;
  /** Removes samples that ended before, and forgets pipelines that are deleted. */
  cleanUp(beforeMs: number): Promise<void>;
}
