import { z } from 'zod';
import { defineNodeType } from '../../NodeType';

/** Groups of features that {@link logFeatures} can compute. @public */
export const LOG_FEATURE_GROUPS = [
  'content',
  'rarity',
  'rate',
  'time',
] as const;

/** Turns lines of common log formats into numbers, without hand-written patterns. */
export const logFeatures = defineNodeType({
  id: 'log-features',
  category: 'preprocess',
  title: 'Log parsing and features',
  description:
    'Reads syslog, sshd, access-log and JSON lines without patterns to write, and computes features: content, rarity of the message, rates per source, time.',
  inputs: [
    { name: 'events', type: 'log-events', description: 'Lines to parse' },
  ],
  outputs: [
    { name: 'features', type: 'features', description: 'One row a line' },
  ],
  parameters: z.strictObject({
    windowSeconds: z.number().int().min(1).max(86_400).default(60).meta({
      title: 'Window',
      description: 'Over how long rates and failures per source are counted.',
      unit: 's',
    }),
    groups: z
      .array(z.enum(LOG_FEATURE_GROUPS))
      .min(1, 'Choose at least one group of features')
      .default([...LOG_FEATURE_GROUPS])
      .meta({
        title: 'Features',
        description: 'Which groups of features are computed.',
      }),
    maxLineLength: z.number().int().min(256).max(1_048_576).default(8192).meta({
      title: 'Line length',
      description: 'Longer lines are cut.',
      unit: 'characters',
      advanced: true,
    }),
  }),
});
