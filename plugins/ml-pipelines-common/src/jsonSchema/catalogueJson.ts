import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import type { NodeType, Port, RuntimeMode } from '../nodes/NodeType';

/** An entry of the node catalogue as plain data, without its zod schema. @public */
export interface CatalogueEntry {
  id: string;
  category: NodeType['category'];
  title: string;
  description: string;
  /** Only for deployment nodes. */
  mode?: RuntimeMode;
  inputs: Port[];
  outputs: Port[];
  readsHostFiles: boolean;
  /** Only for sources: whether a run can read all of it. */
  ends: boolean;
  needsGpu: boolean;
  runtimeExtra?: string;
  /** Names of the parameters that do not change what is learned. */
  unlearned: string[];
  /** Values of the parameters that have a default. */
  defaults: Record<string, unknown>;
  /** Names of the parameters that must be given. */
  required: string[];
}

/** The catalogue as plain data, for programs in other languages. @public */
export function catalogueJson(catalogue: NodeCatalogue): CatalogueEntry[] {
  return catalogue.list().map(type => {
    const { defaults, required } = parameterDefaults(type);
    return {
      id: type.id,
      category: type.category,
      title: type.title,
      description: type.description,
      mode: type.mode,
      inputs: type.inputs,
      outputs: type.outputs,
      readsHostFiles: type.readsHostFiles ?? false,
      ends: type.ends ?? false,
      needsGpu: type.needsGpu ?? false,
      runtimeExtra: type.runtimeExtra,
      unlearned: type.unlearned ?? [],
      defaults,
      required,
    };
  });
}

/**
 * Defaults of the parameters of a node type, and which have none and must be
 * given. Optional parameters without a default are in neither.
 *
 * @public
 */
export function parameterDefaults(type: NodeType): {
  defaults: Record<string, unknown>;
  required: string[];
} {
  const defaults: Record<string, unknown> = {};
  const required: string[] = [];
  for (const [name, schema] of Object.entries(type.parameters.shape)) {
    const result = schema['~standard'].validate(undefined);
    if (result instanceof Promise || result.issues) {
      required.push(name);
    } else if (result.value !== undefined) {
      defaults[name] = result.value;
    }
  }
  return { defaults, required };
}
