import { ControlPlane } from './kubernetes/ControlPlane';
import { KubernetesNode } from './kubernetes/KubernetesNode';

export { Cluster } from './kubernetes/Cluster';
export type { AccessRule, ClusterObject } from './kubernetes/Cluster';
export { ControlPlane, HELD_NODE } from './kubernetes/ControlPlane';
export type { PlayedNode } from './kubernetes/ControlPlane';
export { terraformCliConfig } from './kubernetes/builds';

/** A control plane with nodes that are played, for scale and faults. Stop it afterwards. */
export function startControlPlane(): Promise<ControlPlane> {
  return ControlPlane.start();
}

export {
  HOST_ADDRESS,
  KubernetesNode,
  NODE_ADDRESS,
  nodeUnavailable,
  TEST_IMAGE,
  VOLUME_CLASS,
} from './kubernetes/KubernetesNode';

/** A node that runs real containers. Stop it afterwards. */
export function startNode(): Promise<KubernetesNode> {
  return KubernetesNode.start();
}
