import { z } from 'zod';
import { defineNodeType } from '../../NodeType';
import { endpointParameters } from './endpointParameters';

/** Scores a stream continuously and records its anomalies. */
export const streamAlerting = defineNodeType({
  id: 'stream-alerting',
  category: 'deploy',
  title: 'Stream with alerting',
  description:
    'Scores every event of the source as it arrives, records anomalies with their reasons, and raises the alerts of the pipeline.',
  mode: 'stream',
  inputs: [{ name: 'scores', type: 'scores', description: 'What is watched' }],
  outputs: [],
  parameters: z.strictObject({
    ...endpointParameters,
    batchSize: z.number().int().min(1).max(4096).default(256).meta({
      title: 'Batch size',
      description: 'At most this many events are scored together.',
      advanced: true,
    }),
    maxWaitMs: z.number().int().min(1).max(60_000).default(200).meta({
      title: 'Wait',
      description: 'At most this long until an event is scored.',
      unit: 'ms',
      advanced: true,
    }),
    keepAnomalies: z.number().int().min(10).max(100_000).default(1000).meta({
      title: 'Anomalies kept',
      description: 'The most recent ones are kept to be looked at.',
      advanced: true,
    }),
  }),
});
