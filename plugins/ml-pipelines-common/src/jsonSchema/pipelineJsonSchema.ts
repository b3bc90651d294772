import { z } from 'zod';
import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import type { NodeType } from '../nodes/NodeType';
import {
  pipelineDocumentSchema,
  pipelineNodeSchema,
} from '../spec/PipelineDocument';
import { JsonSchema, nodeJsonSchema } from './nodeJsonSchema';

/**
 * JSON Schema (draft 2020-12) of a whole pipeline document, for editors:
 * the parameters of a node are those of its type, as far as the catalogue
 * knows it. Graph rules (cycles, ports) are beyond what a schema can say;
 * `validatePipeline` checks them.
 *
 * @public
 */
export function pipelineJsonSchema(catalogue: NodeCatalogue): JsonSchema {
  const types = catalogue.list();
  const schema: JsonSchema = z.toJSONSchema(pipelineDocumentSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === pipelineNodeSchema) {
        Object.assign(jsonSchema.properties?.type ?? {}, {
          enum: types.map(type => type.id),
        });
        jsonSchema.allOf = types.map(parametersByType);
      }
    },
  });
  const { $schema, ...rest } = schema;
  return {
    $schema,
    title: 'ML pipeline',
    ...rest,
    $defs: Object.fromEntries(
      types.map(type => [type.id, withoutDialect(nodeJsonSchema(type))]),
    ),
  };
}

function parametersByType(type: NodeType): z.core.JSONSchema.JSONSchema {
  const needsParameters = !type.parameters.safeParse({}).success;
  return {
    if: { properties: { type: { const: type.id } }, required: ['type'] },
    then: {
      properties: { parameters: { $ref: `#/$defs/${type.id}` } },
      ...(needsParameters ? { required: ['parameters'] } : {}),
    },
  };
}

function withoutDialect({ $schema, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
