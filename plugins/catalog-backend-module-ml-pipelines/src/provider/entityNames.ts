import { createHash } from 'node:crypto';

/** Longest name of a catalog entity. */
const MAX_NAME_LENGTH = 63;
const DIGEST_LENGTH = 8;

/** Namespace of all entities of this provider. */
export const NAMESPACE = 'default';

/** A name that fits the catalog: long ones are cut and told apart by a digest. */
export function fittingName(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) {
    return name;
  }
  const digest = createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, DIGEST_LENGTH);
  const kept = name.slice(0, MAX_NAME_LENGTH - DIGEST_LENGTH - 1);
  return `${kept.replace(/-+$/, '')}-${digest}`;
}

/** Name of the Resource that stands for a source node of a pipeline. */
export function dataSourceName(pipeline: string, node: string): string {
  return fittingName(`${pipeline}-${node}`);
}
