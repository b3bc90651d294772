import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Deploy the newest revision of a pipeline',
    example: stringify({
      steps: [
        {
          id: 'deploy',
          name: 'Deploy the pipeline',
          action: 'mlops:pipeline:deploy',
          input: { name: 'ssh-anomalies' },
        },
      ],
    }),
  },
  {
    description: 'Go back to an earlier revision, even if it runs already',
    example: stringify({
      steps: [
        {
          id: 'deploy',
          name: 'Deploy revision 1',
          action: 'mlops:pipeline:deploy',
          input: { name: 'ssh-anomalies', revision: 1, force: true },
        },
      ],
    }),
  },
];
