import type {
  ObjectiveResult,
  Objectives,
} from '@mlpipe/plugin-ml-pipelines-common';
import { latencyMs, Meter } from './Meter';

const percent = (part: number, whole: number) =>
  whole > 0 ? (100 * part) / whole : undefined;

/** What a pipeline promises against what was measured of it. */
export function judgeObjectives(
  objectives: Objectives | undefined,
  usage: Meter,
): ObjectiveResult[] {
  const measured: Array<
    [
      ObjectiveResult['objective'],
      number | undefined,
      (actual: number, bound: number) => boolean,
    ]
  > = [
    ['latencyP95Ms', latencyMs(usage, 0.95), (a, b) => a <= b],
    [
      'errorRatePercent',
      percent(usage.errors, usage.requests),
      (a, b) => a <= b,
    ],
    [
      'availabilityPercent',
      percent(usage.upSeconds, usage.wantedSeconds),
      (a, b) => a >= b,
    ],
  ];
  return measured.flatMap(([objective, actual, meets]) => {
    const bound = objectives?.[objective];
    if (bound === undefined) {
      return [];
    }
    return actual === undefined
      ? [{ objective, bound }]
      : [{ objective, bound, actual, met: meets(actual, bound) }];
  });
}
