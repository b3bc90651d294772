import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Take a pipeline off its target and keep its revisions',
    example: stringify({
      steps: [
        {
          id: 'destroy',
          name: 'Stop the pipeline',
          action: 'mlops:pipeline:destroy',
          input: { name: 'ssh-anomalies', keepData: true },
        },
      ],
    }),
  },
  {
    description: 'Remove a pipeline with all that belongs to it',
    example: stringify({
      steps: [
        {
          id: 'destroy',
          name: 'Remove the pipeline',
          action: 'mlops:pipeline:destroy',
          input: {
            name: 'ssh-anomalies',
            confirmation: 'ssh-anomalies',
            deletePipeline: true,
          },
        },
      ],
    }),
  },
];
