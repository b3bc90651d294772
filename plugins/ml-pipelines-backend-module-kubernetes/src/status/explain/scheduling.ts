import type { Trouble, TroubleCode } from './Trouble';

/** One reason of the scheduler, by how it says it. */
interface Finding {
  pattern: RegExp;
  code: TroubleCode;
  words: (count: string, match: RegExpExecArray, labels: string) => string;
  hint: string;
}

const nodes = (count: string) => (count === '1' ? '1 node' : `${count} nodes`);
const have = (count: string) => (count === '1' ? 'has' : 'have');
const are = (count: string) => (count === '1' ? 'is' : 'are');

const RESOURCES: Record<string, string> = {
  cpu: 'CPU',
  memory: 'memory',
  'ephemeral-storage': 'disk for scratch data',
};

const SMALLER =
  'Ask for less in the compute settings of the pipeline, stop something else, or add nodes.';

/**
 * Source: messages of the plug-ins of kube-scheduler (NodeResourcesFit,
 * TaintToleration, NodeAffinity, VolumeBinding, VolumeZone, NodeUnschedulable,
 * NodePorts, PodTopologySpread).
 */
const FINDINGS: Finding[] = [
  {
    pattern: /^Insufficient (\S+)$/,
    code: 'workload.unschedulable',
    words: (count, [, resource]) =>
      `${nodes(count)} ${have(count)} too little ${resourceName(
        resource,
      )} that is free`,
    hint: SMALLER,
  },
  {
    pattern: /^Too many pods$/,
    code: 'workload.unschedulable',
    words: count => `${nodes(count)} ${have(count)} no room for another pod`,
    hint: 'Add nodes, or take something off the cluster.',
  },
  {
    pattern: /^node\(s\) had untolerated taints?(?:\(s\))?(?: \{(.+)\})?$/,
    code: 'workload.unschedulable',
    words: (count, [, taint]) =>
      taint?.startsWith('node.kubernetes.io/')
        ? `${nodes(count)} ${are(count)} ${nodeState(taint)}`
        : `${nodes(count)} ${are(count)} reserved${
            taint ? ` (taint ${taint.replace(/: ?$/, '')})` : ''
          }`,
    hint: 'Add a toleration for the taint to the target, or remove the taint from the nodes.',
  },
  {
    pattern: /^node\(s\) were unschedulable$/,
    code: 'workload.unschedulable',
    words: count => `${nodes(count)} ${are(count)} cordoned off`,
    hint: 'Wait until maintenance of the nodes has ended (kubectl uncordon).',
  },
  {
    pattern: /^node\(s\) didn't match Pod's node affinity\/selector$/,
    code: 'workload.unschedulable',
    words: (count, _, labels) =>
      `${nodes(count)} ${
        count === '1' ? 'does' : 'do'
      } not have the labels that are asked for${labels && ` (${labels})`}`,
    hint: 'Check the node selector of the target, and the type of GPU of the pipeline.',
  },
  {
    pattern:
      /^(?:pod has unbound immediate PersistentVolumeClaims|node\(s\) had (?:volume node affinity conflict|no available volume zone)|node\(s\) didn't find available persistent volumes to bind|node\(s\) unavailable due to .*PersistentVolume|node\(s\) did not have enough free storage|persistentvolumeclaim .+)$/i,
    code: 'workload.volume',
    words: (count, [said]) => volumeWords(count, said),
    hint: 'Check the storage class of the target: it has to exist, to provide volumes by itself or to have a free one, and on nodes that the pod may use.',
  },
  {
    pattern: /^node\(s\) didn't have free ports for the requested pod ports$/,
    code: 'workload.unschedulable',
    words: count => `on ${nodes(count)} a port is taken`,
    hint: 'Choose other ports, or other nodes.',
  },
];

function resourceName(resource: string): string {
  return (
    RESOURCES[resource] ??
    (/gpu/i.test(resource) ? `GPU (${resource})` : resource)
  );
}

function nodeState(taint: string): string {
  const state = /^node\.kubernetes\.io\/([a-z-]+)/.exec(taint)?.[1] ?? '';
  return (
    {
      'not-ready': 'not ready',
      unreachable: 'not reachable',
      unschedulable: 'cordoned off',
      'disk-pressure': 'short of disk',
      'memory-pressure': 'short of memory',
      'pid-pressure': 'short of processes',
      'network-unavailable': 'without a network',
    }[state] ?? state.replaceAll('-', ' ')
  );
}

function volumeWords(count: string, said: string): string {
  if (/unbound immediate/i.test(said)) {
    return 'the volume of the pod has not been provided yet';
  }
  if (/^persistentvolumeclaim/i.test(said)) {
    return said;
  }
  return /affinity conflict|zone/i.test(said)
    ? `the volume cannot be used on ${nodes(count)}`
    : `${nodes(count)} ${have(count)} no volume for the pod`;
}

/**
 * Which resource is missing on how many nodes, from what the scheduler says,
 * such as `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had
 * untolerated taint {gpu: true}. preemption: …`.
 *
 * @param nodeSelector - labels that the pod asks for
 */
export function explainUnschedulable(
  said: string,
  nodeSelector: Record<string, string> = {},
): Trouble {
  const labels = Object.entries(nodeSelector)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
  const text = said
    .split(/\.?\s*(?:no new claims to deallocate,\s*)?preemption:/i)[0]
    .trim();
  const head = /^0\/(\d+) nodes are available:?\s*/.exec(text);
  const parts = splitReasons(text.slice(head?.[0].length ?? 0));
  const findings = parts.map(part => find(part, labels));
  const known = findings.filter(f => f.code !== undefined);
  // Missing room is what can be changed; a control plane's taint is as it should be.
  const main =
    known.find(({ code }) => code === 'workload.volume') ??
    known.find(({ words }) => /too little|no room/.test(words)) ??
    known[0];
  const total = head?.[1];
  const where =
    total === '0'
      ? 'the cluster has no nodes'
      : findings.map(({ words }) => words).join('; ');
  return {
    code: main?.code ?? 'workload.unschedulable',
    reason: 'Unschedulable',
    message: `No node can take the pod${
      total && total !== '0' ? ` (of ${total})` : ''
    }: ${where || said}.`,
    hint:
      total === '0'
        ? 'Add nodes to the cluster.'
        : main?.hint ?? 'Look at the events of the pod.',
    final: true,
  };
}

function find(
  part: string,
  labels: string,
): {
  words: string;
  code?: TroubleCode;
  hint?: string;
} {
  const [, count = '', rest = part] = /^(\d+) (.+)$/.exec(part) ?? [];
  for (const { pattern, code, words, hint } of FINDINGS) {
    const match = pattern.exec(rest);
    if (match) {
      return { words: words(count || '1', match, labels), code, hint };
    }
  }
  return { words: part };
}

/** At commas, but not at those within the braces of taints. */
function splitReasons(text: string): string[] {
  return text
    .replace(/\.$/, '')
    .split(/,\s*(?=\d+ |pod has )/)
    .map(part => part.trim().replace(/\.$/, ''))
    .filter(Boolean);
}
