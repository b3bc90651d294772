import {
  API_VERSION,
  NodeCatalogue,
  PIPELINE_KIND,
} from '@mlpipe/plugin-ml-pipelines-common';

/** What a form holds, as far as it is filled in. */
export type FormValues = Record<string, unknown>;

/** Properties of the form that hold one node each, in the order of the flow. */
export const ANOMALY_CHAIN = [
  'source',
  'features',
  'normalisation',
  'model',
  'deployment',
] as const;

interface NodeValue {
  type?: unknown;
  parameters?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Leaves out what has not been entered, so that only real mistakes are reported. */
function entered<T extends Record<string, unknown>>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => value !== undefined && value !== null && value !== '',
    ),
  ) as Partial<T>;
}

/**
 * Puts a form together to the document that its template's steps make of it:
 * one node for each property of `chain`, each connected to the next one.
 *
 * @param chain - Properties that hold `{ type, parameters }`; they are the ids of the nodes.
 * @returns A document that may have problems; validation names them.
 */
export function anomalyDocument(
  form: FormValues,
  catalogue: NodeCatalogue,
  chain: readonly string[] = ANOMALY_CHAIN,
): unknown {
  const nodes = chain.map(id => {
    const value: NodeValue = isObject(form[id]) ? form[id] : {};
    return entered({
      id,
      type: value.type,
      parameters: isObject(value.parameters) ? value.parameters : {},
    });
  });
  const edges = nodes.slice(1).flatMap((node, index) => {
    const before = nodes[index];
    const outputs = catalogue.get(String(before.type))?.outputs ?? [];
    const inputs = catalogue.get(String(node.type))?.inputs ?? [];
    const output = outputs[0];
    const input = inputs.find(port => port.type === output?.type) ?? inputs[0];
    return output && input
      ? [
          {
            from: `${before.id}.${output.name}`,
            to: `${node.id}.${input.name}`,
          },
        ]
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
    }),
  };
}

/** Property of the form in which a problem of the document is corrected. */
export function formProperty(
  path: ReadonlyArray<string | number>,
  chain: readonly string[] = ANOMALY_CHAIN,
): string | undefined {
  const [part, key, index] = path;
  if (part === 'metadata') {
    return typeof key === 'string' ? key : undefined;
  }
  if (part !== 'spec') {
    return undefined;
  }
  switch (key) {
    case 'nodes':
      return typeof index === 'number' ? chain[index] : undefined;
    case 'secrets':
      return 'environment';
    case 'target':
    case 'compute':
    case 'environment':
    case 'alerts':
      return key;
    default:
      return undefined;
  }
}
