import { useMemo } from 'react';
import { useMetrics } from './useMetrics';

const SERIES = ['node_seconds_per_second'] as const;
const WINDOW_SECONDS = 900;

/**
 * Share of the processing time that each node takes, in percent, over the
 * last quarter of an hour; empty when nothing was processed.
 */
export function useNodeShares(pipeline: string): Map<string, number> {
  const { value } = useMetrics(pipeline, SERIES, WINDOW_SECONDS);
  return useMemo(() => {
    const seconds = new Map<string, number>();
    for (const line of value?.lines ?? []) {
      const { node } = line.labels;
      if (node) {
        const sum = line.points.reduce((total, [, y]) => total + (y ?? 0), 0);
        seconds.set(node, (seconds.get(node) ?? 0) + sum);
      }
    }
    const total = [...seconds.values()].reduce((a, b) => a + b, 0);
    return total > 0
      ? new Map([...seconds].map(([node, s]) => [node, (100 * s) / total]))
      : new Map();
  }, [value]);
}
