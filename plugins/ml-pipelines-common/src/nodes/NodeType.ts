import { z } from 'zod';

/** The four columns of a pipeline, in the order of the flow. @public */
export const NODE_CATEGORIES = [
  'source',
  'preprocess',
  'model',
  'deploy',
] as const;
/** @public */
export type NodeCategory = (typeof NODE_CATEGORIES)[number];

/** What flows along an edge. @public */
export type PortType = 'log-events' | 'features' | 'scores';

/** A typed input or output. @public */
export interface Port {
  name: string;
  type: PortType;
  description: string;
}

/**
 * How the runtime executes a pipeline; decided by its deployment node. Of
 * `batch` nothing stands between its runs, so that it has no endpoint.
 *
 * @public
 */
export type RuntimeMode = 'serve' | 'stream' | 'batch';

/** What {@link NodeType.check} finds: a problem without its place. @public */
export interface ParameterFinding {
  /** Starts with the id of the node type in types that modules add. */
  code: string;
  /** Name of the parameter to show it at. */
  parameter: string;
  severity: 'error' | 'warning';
  message: string;
  hint: string;
  /** Values that `message` and `hint` mention. */
  params?: Record<string, string | number>;
}

/**
 * An entry of the node catalogue.
 *
 * Every parameter of the zod object carries `.meta({ title, description })`,
 * and optionally `unit` and `advanced`; form, graph editor, documentation and
 * the JSON Schema for the runtime are all derived from it.
 *
 * @public
 */
export interface NodeType<P extends z.ZodObject = z.ZodObject> {
  /** Kebab-case, the same in the runtime's registry. */
  id: string;
  category: NodeCategory;
  title: string;
  description: string;
  inputs: Port[];
  outputs: Port[];
  parameters: P;
  /** Only for deployment nodes. */
  mode?: RuntimeMode;
  /** Reads a file of the machine that runs it, so that only some targets can offer it. */
  readsHostFiles?: boolean;
  /** Only for sources: what it reads has an end, so that a run can read all of it. */
  ends?: boolean;
  /** Does nothing useful without a GPU. */
  needsGpu?: boolean;
  /** Extra of the Python package that has to be installed. */
  runtimeExtra?: string;
  /**
   * Names of parameters that do not change what is learned: models of
   * documents that differ in nothing else are interchangeable.
   */
  unlearned?: string[];
  /**
   * What a schema of single parameters cannot say, such as one that must not
   * be above another. Called with valid parameters, defaults applied.
   */
  check?(parameters: z.output<P>): ParameterFinding[];
}

/** Keeps the parameter type of a definition. @public */
export function defineNodeType<P extends z.ZodObject>(
  type: NodeType<P>,
): NodeType<P> {
  return type;
}
