/**
 * Quantile of a histogram, interpolated within its bucket as PromQL's
 * `histogram_quantile` does; null when it is empty.
 *
 * @param buckets - counts of what lies between a bound and the one before, by upper bound
 */
export function histogramQuantile(
  buckets: Iterable<readonly [bound: number, count: number]>,
  quantile: number,
): number | null {
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const count = sorted.reduce((n, [, c]) => n + c, 0);
  if (count === 0) {
    return null;
  }
  const rank = quantile * count;
  let seen = 0;
  let lower = 0;
  for (const [upper, inBucket] of sorted) {
    if (inBucket > 0 && seen + inBucket >= rank) {
      // Nothing is known beyond the last finite bound.
      return upper === Infinity
        ? lower
        : lower + ((upper - lower) * (rank - seen)) / inBucket;
    }
    seen += inBucket;
    lower = upper === Infinity ? lower : upper;
  }
  return lower;
}
