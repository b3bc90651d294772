import {
  NodeCatalogue,
  parameterDefaults,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { isDeepStrictEqual } from 'node:util';

/**
 * Whether a model that one document trained serves the other: the nodes
 * between source and deployment are the same, fed by the same ones, with the
 * same parameters except those that change nothing of what is learned. It is
 * what the runtime compares by its fingerprint, see `Graph.fingerprint`.
 */
export function sameLearning(
  one: PipelineDocument,
  other: PipelineDocument,
  catalogue: NodeCatalogue,
): boolean {
  return isDeepStrictEqual(
    learnedParts(one, catalogue),
    learnedParts(other, catalogue),
  );
}

function learnedParts(
  { spec }: PipelineDocument,
  catalogue: NodeCatalogue,
): unknown[] {
  return spec.nodes.flatMap(({ id, type: typeId, parameters }) => {
    const type = catalogue.get(typeId);
    if (type?.category === 'source' || type?.category === 'deploy') {
      return [];
    }
    const learned: Record<string, unknown> = {
      ...(type && parameterDefaults(type).defaults),
      ...parameters,
    };
    for (const name of type?.unlearned ?? []) {
      delete learned[name];
    }
    const feeds = spec.edges
      .filter(({ to }) => to.startsWith(`${id}.`))
      .map(({ from, to }) => `${to} from ${from}`)
      .sort();
    return [{ id, type: typeId, learned, feeds }];
  });
}
