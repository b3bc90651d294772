/** Length of the part of a deployment's id in the name of its release. */
const ID_PREFIX = 8;

/** Name of the release that a deployment makes. */
export function newRelease(revision: number, deployment: string): string {
  return `r${revision}-${deployment.slice(0, ID_PREFIX)}`;
}
