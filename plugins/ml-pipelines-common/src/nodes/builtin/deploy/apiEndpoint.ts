import { z } from 'zod';
import { defineNodeType } from '../../NodeType';
import { endpointParameters } from './endpointParameters';

/** Answers scoring requests by the Open Inference Protocol v2. */
export const apiEndpoint = defineNodeType({
  id: 'api-endpoint',
  category: 'deploy',
  title: 'API endpoint',
  description:
    'Learns from the source, then answers requests with scores (Open Inference Protocol v2).',
  mode: 'serve',
  inputs: [
    {
      name: 'scores',
      type: 'scores',
      description: 'What a request is answered with',
    },
  ],
  outputs: [],
  parameters: z.strictObject({
    ...endpointParameters,
    maxBatchSize: z.number().int().min(1).max(4096).default(256).meta({
      title: 'Batch size',
      description:
        'Requests that arrive together are scored together, up to this many lines.',
      advanced: true,
    }),
    maxBatchWaitMs: z.number().min(0).max(1000).default(5).meta({
      title: 'Batch wait',
      description: 'How long a busy endpoint waits to fill a batch.',
      unit: 'ms',
      advanced: true,
    }),
  }),
});
