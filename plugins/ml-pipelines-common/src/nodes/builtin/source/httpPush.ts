import { z } from 'zod';
import { defineNodeType } from '../../NodeType';

/** Accepts log lines by HTTP POST and acknowledges them once they are on disk. */
export const httpPush = defineNodeType({
  id: 'http-push',
  category: 'source',
  title: 'HTTP push',
  description:
    'Accepts log lines that other systems send by POST to /events, and acknowledges them once they are safely on disk.',
  inputs: [],
  outputs: [
    { name: 'events', type: 'log-events', description: 'One event a line' },
  ],
  parameters: z.strictObject({
    maxEventsPerRequest: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(10_000)
      .meta({
        title: 'Events per request',
        description: 'A larger request is refused as a whole.',
        advanced: true,
      }),
    maxBodyMiB: z.number().int().min(1).max(64).default(8).meta({
      title: 'Request size',
      description: 'A larger request is refused as a whole.',
      unit: 'MiB',
      advanced: true,
    }),
  }),
});
