import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Score the file of a deployed batch pipeline',
    example: stringify({
      steps: [
        {
          id: 'run',
          name: 'Score the file',
          action: 'mlops:pipeline:run',
          input: { name: 'ssh-anomalies' },
        },
      ],
    }),
  },
  {
    description: 'Try a saved pipeline on its source, without deploying it',
    example: stringify({
      steps: [
        {
          id: 'try',
          name: 'Try the pipeline',
          action: 'mlops:pipeline:run',
          input: { name: 'ssh-anomalies', kind: 'test', revision: 1 },
        },
      ],
    }),
  },
];
