import { z } from 'zod';
import type { NodeType } from '../nodes/NodeType';
import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import { CatalogueEntry, catalogueJson } from './catalogueJson';
import { JsonSchema, nodeJsonSchema } from './nodeJsonSchema';

/** A node type as the backend offers it: plain data, with the schema of its parameters. @public */
export interface NodeTypeEntry extends CatalogueEntry {
  /** JSON Schema (draft 2020-12) with titles, descriptions, `unit` and `advanced`. */
  parameters: JsonSchema;
}

/** The node types of a catalogue as plain data. @public */
export function nodeTypeEntries(catalogue: NodeCatalogue): NodeTypeEntry[] {
  const types = catalogue.list();
  return catalogueJson(catalogue).map((entry, index) => ({
    ...entry,
    parameters: nodeJsonSchema(types[index]),
  }));
}

/**
 * A node type from plain data, so that forms, graphs and validation treat the
 * types of modules like built-in ones. `check` cannot travel as data; the
 * backend runs it. Throws when the schema of the parameters is not that of an
 * object, or uses keywords that forms do not know.
 *
 * @public
 */
export function nodeTypeFromEntry(entry: NodeTypeEntry): NodeType {
  const { parameters, defaults, required, ...type } = entry;
  const schema = z.fromJSONSchema(
    parameters as Parameters<typeof z.fromJSONSchema>[0],
  );
  if (!(schema instanceof z.ZodObject)) {
    throw new TypeError(
      `The parameters of node type "${entry.id}" are not an object with fields`,
    );
  }
  return { ...type, parameters: schema };
}
