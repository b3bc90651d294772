import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import { API_VERSION, PIPELINE_KIND } from '../spec/apiVersion';

/**
 * Values of a form whose nodes follow one another, such as that of the template
 * *Anomaly detection on logs*, as far as it is filled in: `name`, `title`,
 * `description`, `owner`, `target`, `compute`, `alerts`, `environment`
 * (`{ environment, secrets }`), `schedule`, and one field
 * `{ type, parameters }` for each node, named like the node.
 *
 * @public
 */
export type ChainForm = Record<string, unknown>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Leaves out what has not been entered, so that only real mistakes are reported. */
function entered(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => value !== undefined && value !== null && value !== '',
    ),
  );
}

/**
 * The document that such a form describes, for checking it while it is filled
 * in: each node is connected to the next one, by ports that fit where there are
 * any. The steps of the template build the same one.
 *
 * @param chain - Names of the node fields, in the order of the flow; they are the ids of the nodes.
 * @returns A document that may have problems; validation names them.
 * @public
 */
export function chainDocument(
  form: ChainForm,
  chain: readonly string[],
  catalogue: NodeCatalogue,
): Record<string, unknown> {
  const nodes = chain.map(id => {
    const value = isObject(form[id]) ? form[id] : {};
    return entered({
      id,
      type: value.type,
      parameters: isObject(value.parameters) ? value.parameters : {},
    });
  });
  const edges = nodes.slice(1).flatMap((to, index) => {
    const from = nodes[index];
    const inputs = catalogue.get(String(to.type))?.inputs ?? [];
    const outputs = catalogue.get(String(from.type))?.outputs ?? [];
    const fitting = inputs.find(port =>
      outputs.some(output => output.type === port.type),
    );
    // Ports that do not fit are connected as well, so that this is reported.
    const input = fitting ?? inputs[0];
    const output =
      outputs.find(port => port.type === fitting?.type) ?? outputs[0];
    return input && output
      ? [{ from: `${from.id}.${output.name}`, to: `${to.id}.${input.name}` }]
      : [];
  });
  const environment = isObject(form.environment) ? form.environment : {};
  return {
    apiVersion: API_VERSION,
    kind: PIPELINE_KIND,
    metadata: entered({
      name: form.name,
      title: form.title,
      description: form.description,
      owner: form.owner,
    }),
    spec: entered({
      target: form.target,
      nodes,
      edges,
      compute: form.compute,
      environment: environment.environment,
      secrets: environment.secrets,
      alerts: form.alerts,
      schedule: form.schedule,
    }),
  };
}
