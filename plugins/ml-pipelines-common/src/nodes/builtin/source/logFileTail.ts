import { z } from 'zod';
import { absoluteFileSchema } from '../../../spec/names';
import { defineNodeType } from '../../NodeType';

/** Follows a growing log file the way `tail -F` does, from a durable offset. */
export const logFileTail = defineNodeType({
  id: 'log-file-tail',
  category: 'source',
  title: 'Log file (tail)',
  description:
    'Follows a log file of the machine that runs the pipeline, through rotation and truncation, and goes on where it was after a restart.',
  inputs: [],
  outputs: [
    { name: 'events', type: 'log-events', description: 'One event a line' },
  ],
  readsHostFiles: true,
  ends: true,
  parameters: z.strictObject({
    path: absoluteFileSchema.meta({
      title: 'File',
      description: 'Absolute path of the log file, such as /var/log/auth.log.',
    }),
    startAt: z.enum(['beginning', 'end']).default('beginning').meta({
      title: 'Start at',
      description:
        'Where to start the first time: at the beginning learns from what is there already.',
    }),
    encoding: z.enum(['utf-8', 'latin-1']).default('utf-8').meta({
      title: 'Encoding',
      description: 'Bytes that do not fit are replaced, never fatal.',
      advanced: true,
    }),
    pollIntervalMs: z.number().int().min(50).max(60_000).default(500).meta({
      title: 'Poll interval',
      description: 'How often to look for new lines.',
      unit: 'ms',
      advanced: true,
    }),
  }),
});
