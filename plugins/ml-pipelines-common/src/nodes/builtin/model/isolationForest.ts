import { z } from 'zod';
import { defineNodeType } from '../../NodeType';
import { parameterFinding } from '../../parameterFinding';

/**
 * Isolation Forest.
 *
 * Source: F. T. Liu, K. M. Ting, Z.-H. Zhou, "Isolation Forest", ICDM 2008;
 * scikit-learn's `IsolationForest`. Scores are `-score_samples`, in (0, 1]:
 * the higher, the more anomalous.
 */
export const isolationForest = defineNodeType({
  id: 'isolation-forest',
  category: 'model',
  title: 'Isolation Forest',
  description:
    'Learns what is usual without labels, and gives each event a score: the higher, the more anomalous.',
  inputs: [
    {
      name: 'features',
      type: 'features',
      description: 'Rows to learn from and to score',
    },
  ],
  outputs: [
    {
      name: 'scores',
      type: 'scores',
      description: 'Score, verdict and reasons of each row',
    },
  ],
  parameters: z.strictObject({
    contamination: z.number().gt(0).max(0.5).default(0.01).meta({
      title: 'Expected share of anomalies',
      description:
        'Between 0 and 0.5; decides the threshold unless one is given.',
    }),
    trees: z.number().int().min(10).max(2000).default(100).meta({
      title: 'Trees',
      description: 'More trees give steadier scores and cost time.',
    }),
    samples: z.number().int().min(16).max(100_000).default(256).meta({
      title: 'Samples per tree',
      description: 'How many training events each tree sees.',
    }),
    seed: z.number().int().min(0).max(4_294_967_295).default(42).meta({
      title: 'Seed',
      description: 'The same seed and data give the same model.',
      advanced: true,
    }),
    threshold: z.number().min(0).max(1).nullable().default(null).meta({
      title: 'Threshold',
      description:
        'Score from which an event counts as an anomaly; empty: from the expected share.',
    }),
    trainingEvents: z.number().int().min(50).max(1_000_000).default(1000).meta({
      title: 'Training events',
      description: 'How many events to learn from before scoring starts.',
    }),
  }),
  check: ({ samples, trainingEvents }) =>
    samples > trainingEvents
      ? [
          parameterFinding(
            'parameters.samplesAboveTrainingEvents',
            'samples',
            { samples, trainingEvents },
            'warning',
          ),
        ]
      : [],
});
