import { z } from 'zod';
import type { NodeType } from '@mlpipe/plugin-ml-pipelines-common';

/** How a parameter is entered. */
export type ParameterKind =
  | 'number'
  | 'integer'
  | 'string'
  | 'boolean'
  | 'choice'
  | 'choices'
  /** Any number of texts. */
  | 'list';

/** What a form needs to know of one parameter of a node type. */
export interface ParameterDescription {
  name: string;
  kind: ParameterKind;
  title: string;
  description?: string;
  unit?: string;
  /** Shown in a collapsed section. */
  advanced: boolean;
  /** May be left empty, which means null. */
  nullable: boolean;
  /** Has no default, so that it must be entered. */
  required: boolean;
  /** Least and greatest value, inclusive. */
  minimum?: number;
  maximum?: number;
  /** Values must be greater than this. */
  exclusiveMinimum?: number;
  options?: string[];
  default?: unknown;
}

interface SchemaNode {
  type?: string;
  title?: string;
  description?: string;
  unit?: string;
  advanced?: boolean;
  enum?: string[];
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  default?: unknown;
}

/** Derives form fields from a node type's zod schema, in its order. */
export function describeParameters(type: NodeType): ParameterDescription[] {
  const schema = z.toJSONSchema(type.parameters, { io: 'input' }) as {
    properties?: Record<string, SchemaNode>;
  };
  return Object.entries(schema.properties ?? {}).map(([name, node]) => {
    const nullable = node.anyOf?.some(n => n.type === 'null') ?? false;
    const inner = nullable
      ? { ...node.anyOf?.find(n => n.type !== 'null') }
      : node;
    return {
      name,
      kind: kindOf(inner),
      title: node.title ?? inner.title ?? name,
      description: node.description ?? inner.description,
      unit: node.unit ?? inner.unit,
      advanced: Boolean(node.advanced ?? inner.advanced),
      nullable,
      required: node.default === undefined && inner.default === undefined,
      minimum: inner.minimum,
      maximum: inner.maximum,
      exclusiveMinimum: inner.exclusiveMinimum,
      options: inner.enum ?? inner.items?.enum,
      default: node.default ?? inner.default,
    };
  });
}

function kindOf(node: SchemaNode): ParameterKind {
  if (node.enum) {
    return 'choice';
  }
  switch (node.type) {
    case 'array':
      return node.items?.enum ? 'choices' : 'list';
    case 'boolean':
      return 'boolean';
    case 'integer':
      return 'integer';
    case 'number':
      return 'number';
    default:
      return 'string';
  }
}

/** Values that a new node starts with. */
export function defaultParameters(type: NodeType): Record<string, unknown> {
  return Object.fromEntries(
    describeParameters(type)
      .filter(p => p.default !== undefined)
      .map(p => [p.name, p.default]),
  );
}
