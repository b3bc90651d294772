const FACTORS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A Kubernetes quantity as a number: cores, bytes or pieces. 0 for none.
 *
 * Source: k8s.io/apimachinery `resource.Quantity`, "Serialization format".
 */
export function quantity(text: string | undefined): number {
  const parts = text?.match(
    /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/,
  );
  if (!parts) {
    return 0;
  }
  const [, number, exponent = '', suffix = ''] = parts;
  return Number(`${number}${exponent}`) * FACTORS[suffix];
}
