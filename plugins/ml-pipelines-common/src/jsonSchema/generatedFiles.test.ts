import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { createBuiltinCatalogue } from '../nodes/builtin';
import { generatedFiles } from './generatedFiles';

const root = join(__dirname, '..', '..', 'schema');
const files = generatedFiles(createBuiltinCatalogue());

describe('the generated schemas', () => {
  it('are what the committed files say (run "yarn workspace @mlpipe/plugin-ml-pipelines-common generate")', () => {
    const onDisk = new Map(
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => {
          const file = join(entry.parentPath, entry.name);
          return [file.slice(root.length + 1), readFileSync(file, 'utf8')];
        }),
    );
    expect(Object.fromEntries(onDisk)).toEqual(Object.fromEntries(files));
  });

  it('know the parameters of a node by its type', () => {
    const check = new Ajv2020({ allErrors: true, strict: false }).compile(
      JSON.parse(files.get('pipeline.schema.json')!),
    );
    const document = (nodes: unknown[]) => ({
      apiVersion: 'mlpipe.io/v1alpha1',
      kind: 'Pipeline',
      metadata: { name: 'a', owner: 'group:default/team' },
      spec: { target: 'local', nodes },
    });
    const paths = (nodes: unknown[]) => {
      check(document(nodes));
      return (check.errors ?? [])
        .filter(error => error.keyword !== 'if')
        .map(error => `${error.instancePath} ${error.keyword}`);
    };
    expect(paths([{ id: 'm', type: 'isolation-forest' }])).toEqual([]);
    expect(
      paths([
        { id: 'm', type: 'isolation-forest', parameters: { trees: 1 } },
        { id: 'l', type: 'log-file-tail' },
        { id: 'x', type: 'unheard-of' },
      ]),
    ).toEqual([
      '/spec/nodes/0/parameters/trees minimum',
      '/spec/nodes/1 required',
      '/spec/nodes/2/type enum',
    ]);
  });
});
