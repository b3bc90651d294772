import type { ChangeCode } from './changeTexts';

/** Says what a value is, so that it can be shown in words. @public */
export type ChangeValue =
  | { kind: 'value' }
  /** Of a parameter of a node type, which may have a unit and named choices. */
  | { kind: 'parameter'; type: string; parameter: string }
  /** Id of a node type. */
  | { kind: 'nodeType' }
  /** Id of an alert metric. */
  | { kind: 'metric' }
  /** A name that stands in quotes already. */
  | { kind: 'name' };

/** One thing in which two documents differ. @public */
export interface DocumentChange {
  /** Stable identifier, e.g. `parameter.changed`. */
  code: ChangeCode;
  /** Where, as segments of the later document; of the earlier one for what is gone. */
  path: Array<string | number>;
  /** Id of the node of the graph that is concerned. */
  node?: string;
  /** Type of that node. */
  nodeType?: string;
  /** Title that its author gave that node. */
  nodeTitle?: string;
  /** Name of the parameter of that node. */
  parameter?: string;
  /** Undefined for what was not there, or not set. */
  before?: unknown;
  /** Undefined for what is gone, or not set any more. */
  after?: unknown;
  /** What `before` and `after` are. */
  value: ChangeValue;
  /** Values that the sentence mentions besides, as they are in any language. */
  names: Record<string, string | number>;
  /** Every value that the sentence mentions, in English. */
  params: Record<string, string | number>;
  /** The change in English. */
  sentence: string;
}
