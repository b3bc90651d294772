import { z } from 'zod';
import { absoluteFileSchema } from '../../../spec/names';
import { defineNodeType } from '../../NodeType';
import { parameterFinding } from '../../parameterFinding';

const column = z.string().min(1).max(200).nullable().default(null);

/**
 * Reads the rows of a CSV file, and follows those that are appended.
 *
 * Source: RFC 4180.
 */
export const csvFile = defineNodeType({
  id: 'csv-file',
  category: 'source',
  title: 'CSV file',
  description:
    'Reads the rows of a CSV file of the machine that runs the pipeline, and goes on with rows that are appended to it.',
  inputs: [],
  outputs: [
    { name: 'events', type: 'log-events', description: 'One event a row' },
  ],
  readsHostFiles: true,
  ends: true,
  parameters: z.strictObject({
    path: absoluteFileSchema.nullable().default(null).meta({
      title: 'File',
      description:
        'Absolute path of the file, such as /srv/data/requests.csv; empty: a file is uploaded with each run.',
    }),
    delimiter: z
      .enum(['comma', 'semicolon', 'tab', 'pipe'])
      .default('comma')
      .meta({ title: 'Delimiter', description: 'What separates the columns.' }),
    header: z.boolean().default(true).meta({
      title: 'First row names the columns',
      description: 'Otherwise the columns are named below, or numbered.',
    }),
    columns: z.array(z.string().min(1).max(200)).max(1000).default([]).meta({
      title: 'Names of the columns',
      description:
        'In their order, for a file without a row of names; empty: column1, column2 and so on.',
      advanced: true,
    }),
    textColumn: column.meta({
      title: 'Column of the text',
      description:
        'What the events are made of; empty: all columns together, as JSON.',
    }),
    timeColumn: column.meta({
      title: 'Column of the time',
      description: 'When each event happened; empty: looked for in the text.',
    }),
    idColumn: column.meta({
      title: 'Column of the id',
      description:
        'Names each row where it shows up later, such as in a file of scores; empty: none.',
    }),
    encoding: z
      .enum(['utf-8', 'latin-1', 'windows-1252'])
      .default('utf-8')
      .meta({
        title: 'Encoding',
        description: 'Bytes that do not fit are replaced, never fatal.',
        advanced: true,
      }),
    pollIntervalMs: z.number().int().min(50).max(60_000).default(500).meta({
      title: 'Poll interval',
      description: 'How often to look for new rows.',
      unit: 'ms',
      advanced: true,
    }),
  }),
  check: ({ header, columns, textColumn, timeColumn, idColumn }) =>
    header || columns.length === 0
      ? []
      : Object.entries({ textColumn, timeColumn, idColumn })
          .filter(([, name]) => name !== null && !columns.includes(name))
          .map(([parameter, name]) =>
            parameterFinding('parameters.unknownColumn', parameter, {
              column: String(name),
              columns: columns.join(', '),
            }),
          ),
});
