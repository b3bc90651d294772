import { z } from 'zod';
import { builtinNodeTypes, createBuiltinCatalogue } from '../nodes/builtin';
import { NodeCatalogue } from '../nodes/NodeCatalogue';
import { defineNodeType } from '../nodes/NodeType';
import { validateParameters } from '../validation/validateParameters';
import { nodeJsonSchema } from './nodeJsonSchema';
import { nodeTypeEntries, nodeTypeFromEntry } from './nodeTypeEntry';

/** What the browser gets of the catalogue. */
const travelled = (catalogue: NodeCatalogue) =>
  JSON.parse(JSON.stringify(nodeTypeEntries(catalogue)));

describe('node types as plain data', () => {
  it.each(builtinNodeTypes.map(type => [type.id, type] as const))(
    'keep what %s is, and what its parameters mean',
    (id, type) => {
      const entry = travelled(createBuiltinCatalogue()).find(
        (other: { id: string }) => other.id === id,
      );
      const back = nodeTypeFromEntry(entry);
      expect(nodeJsonSchema(back)).toEqual(nodeJsonSchema(type));
      expect(back).toMatchObject({
        category: type.category,
        title: type.title,
        inputs: type.inputs,
        outputs: type.outputs,
      });
      expect(back.mode).toBe(type.mode);
    },
  );

  it('find the same problems as before', () => {
    const type = defineNodeType({
      id: 'limit',
      category: 'preprocess',
      title: 'Limit',
      description: 'Limits.',
      inputs: [],
      outputs: [],
      parameters: z.strictObject({
        least: z.number().min(1).default(2).meta({ title: 'Least' }),
        words: z.array(z.enum(['a', 'b'])).default(['a']),
        path: z.string().min(1),
      }),
    });
    const [entry] = travelled(new NodeCatalogue([type]));
    const back = nodeTypeFromEntry(entry);
    for (const parameters of [
      { path: '/a' },
      { least: 0, path: '' },
      { words: ['c'], extra: 1 },
      'none',
    ]) {
      const seen = (result: ReturnType<typeof validateParameters>) => [
        result.parameters,
        result.problems.map(({ code, path }) => `${code} ${path.join('.')}`),
      ];
      expect(seen(validateParameters(back, parameters))).toEqual(
        seen(validateParameters(type, parameters)),
      );
    }
  });

  it('refuse parameters that are no fields', () => {
    const [entry] = travelled(createBuiltinCatalogue());
    expect(() =>
      nodeTypeFromEntry({ ...entry, parameters: { type: 'string' } }),
    ).toThrow(/"csv-file"|"http-push"|not an object/);
  });
});
