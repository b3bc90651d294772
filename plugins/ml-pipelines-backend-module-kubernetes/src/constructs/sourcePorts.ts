import type {
  NodeCatalogue,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { SourcePort } from './workloadObjects';

/** Ports that sources of a document listen on besides the runtime's own: those of `syslog`. */
export function sourcePorts(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
): SourcePort[] {
  return document.spec.nodes.flatMap(node => {
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
              name: `source-${name}`,
              number: port,
              protocol: name.toUpperCase() as SourcePort['protocol'],
            },
          ]
        : [],
    );
  });
}
