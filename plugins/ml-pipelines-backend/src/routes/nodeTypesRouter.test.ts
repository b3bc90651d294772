import { createBackendModule } from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import {
  createBuiltinCatalogue,
  defineNodeType,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesNodeTypesExtensionPoint } from '@mlpipe/plugin-ml-pipelines-node';
import { z } from 'zod';
import { startTestPlugin } from '../__testUtils__/startTestPlugin';

const shout = defineNodeType({
  id: 'shout',
  category: 'preprocess',
  title: 'Shout',
  description: 'Writes lines in capital letters.',
  inputs: [{ name: 'events', type: 'log-events', description: 'Lines' }],
  outputs: [{ name: 'events', type: 'log-events', description: 'Lines' }],
  parameters: z.strictObject({
    marks: z.int().min(0).max(3).default(1).meta({
      title: 'Exclamation marks',
      description: 'How many are added to each line.',
    }),
  }),
});

const shoutModule = createBackendModule({
  pluginId: 'ml-pipelines',
  moduleId: 'shout',
  register(env) {
    env.registerInit({
      deps: { nodeTypes: mlPipelinesNodeTypesExtensionPoint },
      async init({ nodeTypes }) {
        nodeTypes.addNodeType(shout);
      },
    });
  },
});

describe('GET /node-types', () => {
  it('lists built-in types and those of modules, with their parameters', async () => {
    const { get } = await startTestPlugin({ features: [shoutModule] });
    const { status, body } = await get('/node-types');
    expect(status).toBe(200);
    expect(body.items.map((type: { id: string }) => type.id).sort()).toEqual(
      [...createBuiltinCatalogue().list(), shout].map(type => type.id).sort(),
    );
    expect(
      body.items.find((type: { id: string }) => type.id === 'shout'),
    ).toMatchObject({
      category: 'preprocess',
      title: 'Shout',
      defaults: { marks: 1 },
      required: [],
      parameters: {
        properties: {
          marks: { title: 'Exclamation marks', minimum: 0, maximum: 3 },
        },
      },
    });
  });

  it('asks to sign in, and for nothing else', async () => {
    const { get } = await startTestPlugin();
    expect(
      (await get('/node-types', undefined, mockCredentials.none.header()))
        .status,
    ).toBe(401);
  });
});
