import type {
  CoreV1Event,
  V1ConfigMap,
  V1Deployment,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { RuntimeDetails } from './runtimeDetails';

/** Everything in a cluster that belongs to one pipeline, without its runs. */
export interface WorkloadObjects {
  pipeline: string;
  deployment?: V1Deployment;
  statefulSet?: V1StatefulSet;
  /** Of a batch pipeline: that it is there. */
  marker?: V1ConfigMap;
  replicaSets: V1ReplicaSet[];
  pods: V1Pod[];
  claims: V1PersistentVolumeClaim[];
  autoscaler?: V2HorizontalPodAutoscaler;
  /** Of all these objects. */
  events: CoreV1Event[];
  /** What the runtime says of itself; absent while no pod is ready. */
  runtime?: RuntimeDetails;
}
