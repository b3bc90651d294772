import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import { API_VERSION, PIPELINE_KIND } from '../spec/apiVersion';

/**
 * Values of a form whose nodes follow one another, such as that of the template
 * *Anomaly detection on logs*: beside the fields named here, one field
 * `{ type, parameters }` for each node, named like the node.
 *
 * @public
 */
export interface ChainForm {
  name?: unknown;
  title?: unknown;
  description?: unknown;
  owner?: unknown;
  target?: unknown;
  compute?: unknown;
  alerts?: unknown;
  environment?: { environment?: unknown; secrets?: unknown };
  [node: string]: unknown;
}

/**
 * The document that such a form describes, valid or not, for checking it while
 * it is filled in. The steps of the template build the same one.
 *
 * @param chain - Names of the node fields, in the order of the flow.
 * @public
 */
export function chainDocument(
  form: ChainForm,
  chain: readonly string[],
  catalogue: NodeCatalogue,
): Record<string, unknown> {
  const nodes = chain.map(id => {
    const { type, parameters } = (form[id] ?? {}) as {
      type?: unknown;
      parameters?: unknown;
    };
    return { id, type, parameters };
  });
  const edges = nodes.slice(1).flatMap((to, index) => {
    const from = nodes[index];
    const inputs = catalogue.get(String(to.type))?.inputs ?? [];
    const outputs = catalogue.get(String(from.type))?.outputs ?? [];
    const input = inputs.find(port =>
      outputs.some(output => output.type === port.type),
    );
    const output = outputs.find(port => port.type === input?.type);
    return input && output
      ? [{ from: `${from.id}.${output.name}`, to: `${to.id}.${input.name}` }]
      : [];
  });
  const { name, title, description, owner, target, compute, alerts } = form;
  const document = {
    apiVersion: API_VERSION,
    kind: PIPELINE_KIND,
    metadata: { name, title, description, owner },
    spec: {
      target,
      nodes,
      edges,
      compute,
      environment: form.environment?.environment,
      secrets: form.environment?.secrets,
      alerts,
    },
  };
  // Fields that are not filled in are not there, rather than undefined.
  return JSON.parse(JSON.stringify(document));
}
