import type {
  NodeCatalogue,
  PipelineDocument,
  RuntimeMode,
} from '@mlpipe/plugin-ml-pipelines-common';

/** How a document runs: its deployment node decides. */
export function modeOf(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
): RuntimeMode | undefined {
  for (const node of document.spec.nodes) {
    const mode = catalogue.get(node.type)?.mode;
    if (mode) {
      return mode;
    }
  }
  return undefined;
}

/** The source of a document that never ends, by the title of its type. */
export function endlessSource(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
): string | undefined {
  return document.spec.nodes
    .map(node => catalogue.get(node.type))
    .find(type => type?.category === 'source' && !type.ends)?.title;
}
