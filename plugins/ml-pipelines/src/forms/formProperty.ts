/** Properties of the form that hold one node each, in the order of the flow. */
export const ANOMALY_CHAIN = [
  'source',
  'features',
  'normalisation',
  'model',
  'deployment',
] as const;

/** Property of the form in which a problem of the document is corrected. */
export function formProperty(
  path: ReadonlyArray<string | number>,
  chain: readonly string[] = ANOMALY_CHAIN,
): string | undefined {
  const [part, key, index] = path;
  if (part === 'metadata') {
    return typeof key === 'string' ? key : undefined;
  }
  if (part !== 'spec') {
    return undefined;
  }
  switch (key) {
    case 'nodes':
      return typeof index === 'number' ? chain[index] : undefined;
    case 'secrets':
      return 'environment';
    case 'target':
    case 'compute':
    case 'environment':
    case 'alerts':
      return key;
    default:
      return undefined;
  }
}
