import {
  renderInTestApp,
  TestApiProvider,
} from '@backstage/frontend-test-utils';
import {
  createBuiltinCatalogue,
  defineNodeType,
  NodeCatalogue,
  nodeTypeEntries,
} from '@mlpipe/plugin-ml-pipelines-common';
import { act, screen } from '@testing-library/react';
import { z } from 'zod';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { GraphView } from '../components/PipelineTab/GraphView';
import { catalogue } from './catalogue';
import { useCatalogue } from './useCatalogue';
import { validateNode } from './fields/fieldValidations';
import { NodeParametersForm } from './NodeParametersForm/NodeParametersForm';

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

function Form() {
  const type = useCatalogue().catalogue.get('shout');
  return type ? (
    <NodeParametersForm type={type} value={{ marks: 5 }} onChange={() => {}} />
  ) : (
    <p>No form yet</p>
  );
}

describe('the catalogue of node types', () => {
  const items = nodeTypeEntries(
    new NodeCatalogue([...createBuiltinCatalogue().list(), shout]),
  );
  // One shared catalogue, so that one story is told: failure, then an answer.
  const listNodeTypes = jest.fn();
  const api = { listNodeTypes };

  it('has built-in types at once, and takes those of modules over when they arrive', async () => {
    listNodeTypes.mockRejectedValueOnce(new Error('away'));
    const field = { addError: jest.fn() };
    const context = {
      apiHolder: {
        get: (ref: unknown) => (ref === mlPipelinesApiRef ? api : undefined),
      },
      uiSchema: { 'ui:options': { nodeTypes: ['shout'] } },
    };
    await validateNode(
      { type: 'shout', parameters: { marks: 1 } },
      field as never,
      context as never,
    );
    expect(field.addError).toHaveBeenCalledTimes(1);

    let answer = (_: unknown) => {};
    listNodeTypes.mockReturnValueOnce(new Promise(done => (answer = done)));
    renderInTestApp(
      <TestApiProvider apis={[[mlPipelinesApiRef, api as never]]}>
        <GraphView
          nodes={[
            { id: 'features', type: 'log-features', parameters: {} },
            { id: 'loud', type: 'shout', parameters: {} },
          ]}
          edges={[]}
        />
        <Form />
      </TestApiProvider>,
    );
    expect(
      await screen.findByText('Log parsing and features'),
    ).toBeInTheDocument();
    expect(screen.queryByText('Shout')).toBeNull();
    expect(screen.getByText('No form yet')).toBeInTheDocument();

    await act(async () => answer({ items }));
    expect(await screen.findByText('Shout')).toBeInTheDocument();
    expect(
      screen.getByRole('textbox', { name: /^Exclamation marks/ }),
    ).toHaveValue('5');

    field.addError.mockClear();
    for (const [marks, problems] of [
      [1, 0],
      [4, 1],
    ]) {
      await validateNode(
        { type: 'shout', parameters: { marks } },
        field as never,
        context as never,
      );
      expect(field.addError).toHaveBeenCalledTimes(problems);
    }
    expect(listNodeTypes).toHaveBeenCalledTimes(2);
    expect(catalogue.list()).toHaveLength(items.length);
  });
});
