import { z } from 'zod';
import type { NodeType } from '../nodes/NodeType';

/** A JSON Schema as plain data. @public */
export type JsonSchema = { [keyword: string]: unknown };

/**
 * JSON Schema (draft 2020-12) of the parameters of a node type, as a person
 * writes them: parameters with a default are optional. Titles, descriptions,
 * `unit` and `advanced` of the zod schema are kept as annotations.
 *
 * @public
 */
export function nodeJsonSchema(type: NodeType): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(type.parameters, {
    target: 'draft-2020-12',
    io: 'input',
  });
  return {
    $schema,
    title: type.title,
    description: type.description,
    ...rest,
  };
}
