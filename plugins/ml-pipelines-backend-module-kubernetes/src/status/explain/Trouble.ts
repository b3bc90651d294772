/** Stable identifiers of what can be wrong with a workload. */
export type TroubleCode =
  | 'workload.image-pull'
  | 'workload.crash-loop'
  | 'workload.out-of-memory'
  | 'workload.unschedulable'
  | 'workload.quota'
  | 'workload.probe'
  | 'workload.volume'
  | 'workload.rejected'
  | 'workload.node-lost'
  | 'workload.evicted'
  | 'workload.terminating';

/** What is wrong with a pod or a workload, in words with what to do. */
export interface Trouble {
  code: TroubleCode;
  /** As Kubernetes names it, e.g. `ImagePullBackOff`. */
  reason: string;
  message: string;
  hint: string;
  /** Node of the pipeline that caused it. */
  node?: string;
  /** When it began or was seen last, epoch milliseconds. */
  atMs?: number;
  /** Waiting will not mend it. */
  final: boolean;
}
