import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';
import { exampleDocument } from './exampleDocument';

export const examples: TemplateExample[] = [
  {
    description: 'Save a pipeline that the form describes',
    example: stringify({
      steps: [
        {
          id: 'save',
          name: 'Save the pipeline',
          action: 'mlops:pipeline:save',
          input: {
            document: exampleDocument,
            comment: 'First version',
          },
        },
      ],
    }),
  },
  {
    description:
      'Save a pipeline from YAML, and keep the form so that it can be corrected and resumed',
    example: stringify({
      steps: [
        {
          id: 'save',
          name: 'Save the pipeline',
          action: 'mlops:pipeline:save',
          input: {
            yaml: stringify(exampleDocument),
            form: { reason: 'First version' },
          },
        },
      ],
    }),
  },
];
