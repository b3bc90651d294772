import { InputError } from '@backstage/errors';
import type {
  NodeCatalogue,
  PipelineDocument,
  RuntimeMode,
} from '@mlpipe/plugin-ml-pipelines-common';

/** How a pipeline is executed and which port its user asked for, from its deployment node. */
export function readDeployment(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
): { mode: RuntimeMode; port?: number } {
  for (const node of document.spec.nodes) {
    const type = catalogue.get(node.type);
    if (type?.category === 'deploy' && type.mode) {
      const { port } = node.parameters;
      return {
        mode: type.mode,
        port: typeof port === 'number' ? port : undefined,
      };
    }
  }
  throw new InputError(
    `Pipeline "${document.metadata.name}" has no deployment node that runs on the local target; add one of the category "deploy"`,
  );
}
