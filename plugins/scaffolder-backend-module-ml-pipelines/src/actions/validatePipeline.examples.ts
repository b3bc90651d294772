import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';
import { exampleDocument } from './exampleDocument';

export const examples: TemplateExample[] = [
  {
    description: 'Check a pipeline that the form describes',
    example: stringify({
      steps: [
        {
          id: 'validate',
          name: 'Check the pipeline',
          action: 'mlops:pipeline:validate',
          input: { document: exampleDocument },
        },
      ],
    }),
  },
  {
    description: 'Check a pipeline that was written as YAML',
    example: stringify({
      steps: [
        {
          id: 'validate',
          name: 'Check the pipeline',
          action: 'mlops:pipeline:validate',
          input: { yaml: stringify(exampleDocument) },
        },
      ],
    }),
  },
];
