import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import type { PipelineDocument, PipelineNode } from '../spec/PipelineDocument';

/**
 * A document with the defaults of its nodes' parameters filled in, so that
 * what was left out and what says the same are equal.
 */
export function completeDocument(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
): PipelineDocument {
  return {
    ...document,
    spec: {
      ...document.spec,
      nodes: document.spec.nodes.map(node => completeNode(node, catalogue)),
    },
  };
}

function completeNode(
  node: PipelineNode,
  catalogue: NodeCatalogue,
): PipelineNode {
  const shape = catalogue.get(node.type)?.parameters.shape ?? {};
  const parameters: Record<string, unknown> = { ...node.parameters };
  for (const [name, schema] of Object.entries(shape)) {
    if (parameters[name] === undefined) {
      // A parameter with a default takes undefined and gives the default.
      const parsed = schema.safeParse(undefined);
      if (parsed.success && parsed.data !== undefined) {
        parameters[name] = parsed.data;
      }
    }
  }
  return { ...node, parameters };
}
