import type { Trouble } from './Trouble';

/** What a registry or a runtime says, what it means, and whether it may pass by itself. */
const CAUSES: Array<{
  pattern: RegExp;
  words: string;
  hint: string;
  passing?: boolean;
}> = [
  {
    pattern: /ErrImageNeverPull|not present with pull policy of Never/i,
    words: 'it is not on the node, and the target says never to pull it',
    hint: 'Load the image onto the nodes, or change the pull policy of the target.',
  },
  {
    pattern: /InvalidImageName|couldn't parse image|invalid reference format/i,
    words: 'its name is not one of an image',
    hint: 'Correct repository and tag of the image in the target.',
  },
  {
    pattern: /no matching manifest|no match for platform|exec format error/i,
    words: 'there is none for the architecture of the node',
    hint: 'Build the image for the architecture of the nodes, or choose others with a node selector.',
  },
  {
    pattern:
      /\b401\b|\b403\b|unauthorized|forbidden|denied|authentication required|no basic auth|authorization failed/i,
    words: 'the registry refuses access',
    hint: 'Check the pull secret of the target: it has to exist in the namespace and to be for this registry. Registries also answer so for images that do not exist.',
  },
  {
    pattern: /manifest unknown|not found|\b404\b|name unknown|does not exist/i,
    words: 'the registry does not have it',
    hint: 'Correct repository and tag of the image in the target, or push the image.',
  },
  {
    pattern: /x509|certificate|tls: /i,
    words: 'the certificate of the registry is not trusted by the node',
    hint: 'Give the nodes the certificate authority of the registry.',
  },
  {
    pattern: /no space left/i,
    words: 'the disk of the node is full',
    hint: 'Make room on the node, or use another one.',
  },
  {
    pattern: /no such host|server misbehaving|name resolution/i,
    words: 'the name of the registry cannot be resolved on the node',
    hint: 'Check the name of the registry in the target and the DNS of the nodes.',
  },
  {
    pattern: /\b429\b|toomanyrequests|rate limit/i,
    words: 'the registry limits how often the node may pull',
    hint: 'Wait, give the target a pull secret, or use a registry mirror.',
    passing: true,
  },
  {
    pattern:
      /timeout|deadline exceeded|connection refused|connection reset|network is unreachable|no route to host|\b5\d\d\b|EOF/i,
    words: 'the registry cannot be reached from the node',
    hint: 'Check the network between nodes and registry, or use a registry mirror.',
    passing: true,
  },
];

/** Reasons of a waiting container that are about its image. */
export const IMAGE_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
]);

const MAX_SAID = 300;

/**
 * Why an image cannot be had.
 *
 * @param said - what the container or its latest event says of the cause
 */
export function explainImagePull(options: {
  reason: string;
  image: string | undefined;
  said: string;
}): Trouble {
  const { reason, image, said } = options;
  const cause = CAUSES.find(({ pattern }) => pattern.test(`${reason} ${said}`));
  const detail = registryError(said);
  return {
    code: 'workload.image-pull',
    reason,
    message: `The image ${image ?? 'of the runtime'} cannot be pulled: ${
      cause?.words ?? 'the node gives no cause that is known'
    }${detail ? ` (${detail})` : ''}.`,
    hint:
      cause?.hint ??
      'Look at the events of the pod, and at the image settings of the target.',
    // The first failure may be a hiccup; kubelet has tried again by the time it backs off.
    final: reason !== 'ErrImagePull' && !cause?.passing,
  };
}

/** Runtimes wrap the cause in several layers that repeat the name of the image. */
const LAYER =
  /^(?:rpc error: code = \w+ desc = |(?:Back-off pulling image|failed to [\w ]+?(?: reference| image)?) "[^"]*":? ?|Err\w+: |failed to (?:authorize|do request|copy|fetch [\w ]+): )/i;

/** The innermost cause; empty where none is given. */
function registryError(said: string): string {
  let text = said.replace(/\s+/g, ' ').trim();
  for (let layer = LAYER.exec(text); layer; layer = LAYER.exec(text)) {
    text = text.slice(layer[0].length);
  }
  return text.slice(0, MAX_SAID).replace(/[.\s]+$/, '');
}
