import type { PipelineDocument } from './PipelineDocument';

/**
 * The document as JSON text that is the same for equal documents: keys sorted
 * by UTF-16 code units, no white space (RFC 8785). Positions of nodes are left
 * out, because moving a node on the canvas changes nothing that runs; they are
 * still stored with the document. Hash it to get the digest of a revision.
 *
 * @public
 */
export function canonicalJson(document: PipelineDocument): string {
  const nodes = document.spec.nodes.map(({ position, ...node }) => node);
  return canonical({ ...document, spec: { ...document.spec, nodes } });
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value ?? null);
  }
  const entries = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`);
  return `{${entries.join(',')}}`;
}
