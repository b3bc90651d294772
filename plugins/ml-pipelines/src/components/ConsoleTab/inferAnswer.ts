import { z } from 'zod';
import type { Anomaly } from '@mlpipe/plugin-ml-pipelines-common';

/** Score, verdict and reasons of one line. */
export interface ScoredLine {
  line: string;
  score: number;
  anomaly: boolean;
  features: Anomaly['features'];
}

const outputSchema = z.object({ name: z.string(), data: z.array(z.unknown()) });
const answerSchema = z.object({ outputs: z.array(outputSchema) });
const explanationSchema = z.object({
  features: z
    .array(
      z.object({
        name: z.string(),
        value: z.number(),
        typical: z.number(),
        contribution: z.number(),
        text: z.string(),
      }),
    )
    .default([]),
});

function features(value: unknown): Anomaly['features'] {
  try {
    const parsed = explanationSchema.safeParse(
      typeof value === 'string' ? JSON.parse(value) : value,
    );
    return parsed.success ? parsed.data.features : [];
  } catch {
    return [];
  }
}

/**
 * Reads the answer of an anomaly pipeline (Open Inference Protocol v2, outputs
 * `score`, `anomaly`, `explanation`).
 *
 * @returns Undefined when the answer is of another form, such as an error.
 */
export function inferAnswer(
  body: unknown,
  lines: string[],
): ScoredLine[] | undefined {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) {
    return undefined;
  }
  const output = (name: string) =>
    parsed.data.outputs.find(o => o.name === name)?.data;
  const scores = output('score');
  if (!scores) {
    return undefined;
  }
  const anomalies = output('anomaly') ?? [];
  const explanations = output('explanation') ?? [];
  return scores.map((score, index) => ({
    line: lines[index] ?? '',
    score: Number(score),
    anomaly: anomalies[index] === true || anomalies[index] === 1,
    features: features(explanations[index]),
  }));
}
