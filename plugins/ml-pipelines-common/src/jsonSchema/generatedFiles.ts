import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import { PROBLEM_TEXTS } from '../spec/problemTexts';
import { catalogueJson } from './catalogueJson';
import { nodeJsonSchema } from './nodeJsonSchema';
import { pipelineJsonSchema } from './pipelineJsonSchema';

/**
 * Content of the folder `schema/`, by path within it. The runtime and editors
 * read these files; zod stays the one source.
 */
export function generatedFiles(catalogue: NodeCatalogue): Map<string, string> {
  const files = new Map<string, unknown>([
    ['catalogue.json', catalogueJson(catalogue)],
    ['pipeline.schema.json', pipelineJsonSchema(catalogue)],
    ['problems.json', PROBLEM_TEXTS],
  ]);
  for (const type of catalogue.list()) {
    files.set(`nodes/${type.id}.json`, nodeJsonSchema(type));
  }
  return new Map(
    [...files].map(([path, content]) => [
      path,
      `${JSON.stringify(content, null, 2)}\n`,
    ]),
  );
}
