import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import type { NodeType } from '../nodes/NodeType';
import type { PipelineDocument } from '../spec/PipelineDocument';

/**
 * Whether a source reads no file of its machine but one that is uploaded with
 * each run: its parameter `path` is empty.
 *
 * @param parameters - With defaults applied.
 */
export function comesWithRun(
  type: NodeType,
  parameters: Record<string, unknown> | undefined,
): boolean {
  return Boolean(type.readsHostFiles) && parameters?.path === null;
}

/** The node whose file has to be uploaded with each run; undefined where runs need none. @public */
export function runFileNode(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
): string | undefined {
  return document.spec.nodes.find(node => {
    const type = catalogue.get(node.type);
    const parameters = type?.parameters.safeParse(node.parameters);
    return type && parameters?.success && comesWithRun(type, parameters.data);
  })?.id;
}
