import { z } from 'zod';
import { defineNodeType } from '../../NodeType';

/** Scores all of the source in a run that ends, and leaves a file with the scores. */
export const scoresFile = defineNodeType({
  id: 'scores-file',
  category: 'deploy',
  title: 'Scores file',
  description:
    'Reads its source to the end in runs, by hand or by schedule, and leaves a CSV file with a score, a verdict and reasons for each event. Nothing stands between runs.',
  mode: 'batch',
  inputs: [
    { name: 'scores', type: 'scores', description: 'What the file holds' },
  ],
  outputs: [],
  parameters: z.strictObject({
    learnAgain: z.boolean().default(false).meta({
      title: 'Learn in each run',
      description:
        'Otherwise a run uses the model of the one before, as long as the nodes that learn are the same.',
    }),
    delimiter: z.enum([',', ';', 'tab']).default(',').meta({
      title: 'Separator',
      description: 'Between the columns of the scores file.',
      advanced: true,
    }),
    batchSize: z.number().int().min(1).max(65_536).default(4096).meta({
      title: 'Batch size',
      description: 'At most this many events are scored together.',
      advanced: true,
    }),
  }),
});
