import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description:
      'Register a cluster whose connection and credentials the form has taken',
    example: stringify({
      steps: [
        {
          id: 'register',
          name: 'Register the cluster',
          action: 'mlops:target:register',
          input: {
            name: 'edge',
            title: 'K3s at the edge',
            owner: 'group:default/platform',
            connection: { apiServer: 'https://k3s.example.com:6443' },
            config: {
              namespace: { name: 'ml-pipelines' },
              exposure: { type: 'NodePort' },
            },
          },
        },
      ],
    }),
  },
  {
    description: 'Register a namespace of the cluster that the portal runs on',
    example: stringify({
      steps: [
        {
          id: 'register',
          name: 'Register the namespace',
          action: 'mlops:target:register',
          input: {
            name: 'here',
            config: {
              inCluster: true,
              namespace: { name: 'ml', create: false },
            },
            approval: { required: true, freeUpToHourly: 1 },
          },
        },
      ],
    }),
  },
];
