import type {
  NodeCatalogue,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { SourcePort } from './workloadObjects';

/**
 * Ports that sources of a document listen on besides the runtime's own: those
 * of `syslog`. Named after protocol and number, which are unique in a pod.
 */
export function sourcePorts(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
): SourcePort[] {
  const ports = document.spec.nodes.flatMap(node => {
    const type = catalogue.get(node.type);
    const parsed = type?.parameters.safeParse(node.parameters);
    const { port, protocol } = (parsed?.data ?? {}) as {
      port?: unknown;
      protocol?: unknown;
    };
    if (type?.category !== 'source' || typeof port !== 'number') {
      return [];
    }
    const protocols = protocol === 'both' ? ['udp', 'tcp'] : [protocol];
    return protocols.flatMap(name =>
      name === 'udp' || name === 'tcp'
        ? [
            {
              name: `${name}-${port}`,
              number: port,
              protocol: name.toUpperCase() as SourcePort['protocol'],
            },
          ]
        : [],
    );
  });
  return [...new Map(ports.map(port => [port.name, port])).values()];
}
