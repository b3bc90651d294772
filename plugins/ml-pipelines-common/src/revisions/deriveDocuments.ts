import type { Lifecycle, PipelineDocument } from '../spec/PipelineDocument';

/**
 * A copy under a new name. Its title is given anew, so that lists tell the two
 * apart.
 *
 * @public
 */
export function duplicateDocument(
  original: PipelineDocument,
  changes: { name: string; title?: string; owner?: string },
): PipelineDocument {
  const { title: _title, ...metadata } = original.metadata;
  return {
    ...original,
    metadata: {
      ...metadata,
      name: changes.name,
      ...(changes.title ? { title: changes.title } : {}),
      owner: changes.owner ?? metadata.owner,
    },
  };
}

/** The same for another target. @public */
export function moveDocument(
  original: PipelineDocument,
  target: string,
): PipelineDocument {
  return { ...original, spec: { ...original.spec, target } };
}

/**
 * What another pipeline becomes when a graph is promoted to it: nodes, edges,
 * alerts and objectives of the original, everything else its own. A receiver
 * that does not exist yet takes that from the original, too.
 *
 * @public
 */
export function promoteDocument(
  original: PipelineDocument,
  receiver: PipelineDocument | undefined,
  changes: {
    to: string;
    target?: string;
    title?: string;
    lifecycle?: Lifecycle;
  },
): PipelineDocument {
  const { nodes, edges, alerts, objectives } = original.spec;
  const { lifecycle, title } = changes;
  if (receiver) {
    return {
      ...receiver,
      metadata: {
        ...receiver.metadata,
        ...(title ? { title } : {}),
        ...(lifecycle ? { lifecycle } : {}),
      },
      spec: { ...receiver.spec, nodes, edges, alerts, objectives },
    };
  }
  const { lifecycle: _lifecycle, ...metadata } = duplicateDocument(original, {
    name: changes.to,
    title,
  }).metadata;
  return {
    ...original,
    metadata: { ...metadata, ...(lifecycle ? { lifecycle } : {}) },
    spec: { ...original.spec, target: changes.target ?? original.spec.target },
  };
}
