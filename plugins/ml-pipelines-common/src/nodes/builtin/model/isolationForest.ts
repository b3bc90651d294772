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
  unlearned: [
    'contamination',
    'threshold',
    'learning',
    'windowEvents',
    'retrainEveryMinutes',
    'driftThreshold',
    'shadowEvents',
    'promotion',
    'rollbackOnAlerts',
    'rollbackWindowMinutes',
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
    learning: z.enum(['once', 'continuous']).default('once').meta({
      title: 'Learning',
      description:
        'Once: the model stays as it was trained. Continuous: it is trained again on recent events, and replaced when the new one proves itself.',
    }),
    windowEvents: z
      .number()
      .int()
      .min(200)
      .max(1_000_000)
      .default(10_000)
      .meta({
        title: 'Training window',
        description: 'How many of the latest events a retraining learns from.',
        unit: 'events',
        advanced: true,
      }),
    retrainEveryMinutes: z
      .number()
      .int()
      .min(1)
      .max(525_600)
      .nullable()
      .default(60)
      .meta({
        title: 'Retrain every',
        description:
          'Longest time between two trainings; empty: only when the data drifts or somebody asks.',
        unit: 'min',
        advanced: true,
      }),
    driftThreshold: z.number().gt(0).max(10).default(0.25).meta({
      title: 'Drift threshold',
      description:
        'Population-stability index from which a retraining starts: below 0.1 nothing moved, above 0.25 much did.',
      advanced: true,
    }),
    shadowEvents: z.number().int().min(50).max(20_000).default(500).meta({
      title: 'Shadow events',
      description:
        'How many events a new model scores beside the present one before it may take over.',
      unit: 'events',
      advanced: true,
    }),
    promotion: z.enum(['automatic', 'manual']).default('automatic').meta({
      title: 'Promotion',
      description:
        'Whether a new model that passed all checks takes over by itself, or waits for a person.',
      advanced: true,
    }),
    rollbackOnAlerts: z.boolean().default(true).meta({
      title: 'Take back on alerts',
      description:
        'Whether a new model is taken back when alerts fire soon after it took over.',
      advanced: true,
    }),
    rollbackWindowMinutes: z
      .number()
      .int()
      .min(1)
      .max(10_080)
      .default(30)
      .meta({
        title: 'Watch after promotion',
        description: 'How long alerts can take a new model back.',
        unit: 'min',
        advanced: true,
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
