import { z } from 'zod';
import { defineNodeType } from '../../NodeType';

/** Brings features to one scale, learned from the training events. */
export const normalisation = defineNodeType({
  id: 'normalisation',
  category: 'preprocess',
  title: 'Normalisation',
  description:
    'Brings all features to one scale, learned from the training events.',
  inputs: [
    { name: 'features', type: 'features', description: 'Rows to scale' },
  ],
  outputs: [{ name: 'features', type: 'features', description: 'Scaled rows' }],
  parameters: z.strictObject({
    method: z
      .enum(['standard', 'robust', 'minmax', 'none'])
      .default('robust')
      .meta({
        title: 'Method',
        description:
          'Robust uses median and quartiles, so that a few extreme lines do not decide the scale.',
      }),
    clip: z.number().min(1).max(1000).default(10).meta({
      title: 'Clip',
      description: 'Scaled values beyond this are cut.',
      advanced: true,
    }),
  }),
});
