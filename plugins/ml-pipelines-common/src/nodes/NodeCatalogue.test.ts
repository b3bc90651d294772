import { z } from 'zod';
import { parameterDefaults } from '../jsonSchema/catalogueJson';
import { builtinNodeTypes, createBuiltinCatalogue } from './builtin';
import { NodeCatalogue } from './NodeCatalogue';
import { NODE_CATEGORIES } from './NodeType';

describe('NodeCatalogue', () => {
  it('refuses an id that is taken', () => {
    expect(
      () => new NodeCatalogue([builtinNodeTypes[0], builtinNodeTypes[0]]),
    ).toThrow(/registered twice/);
  });

  it('lists by category in the order of the flow', () => {
    const categories = createBuiltinCatalogue()
      .list()
      .map(type => NODE_CATEGORIES.indexOf(type.category));
    expect(categories).toEqual([...categories].sort());
    expect(
      createBuiltinCatalogue()
        .list('model')
        .map(t => t.id),
    ).toEqual(['isolation-forest']);
  });
});

describe.each(builtinNodeTypes.map(type => [type.id, type] as const))(
  'node type %s',
  (_, type) => {
    it('says what it is and what its parameters mean', () => {
      expect(type.title).toMatch(/^\S/);
      expect(type.description).toMatch(/\.$/);
      for (const [name, schema] of Object.entries(type.parameters.shape)) {
        expect([name, z.globalRegistry.get(schema)]).toEqual([
          name,
          expect.objectContaining({
            title: expect.stringMatching(/^\S/),
            description: expect.stringMatching(/\.$/),
          }),
        ]);
      }
    });

    it('has a default for every parameter but those that must be given', () => {
      const { defaults, required } = parameterDefaults(type);
      expect([...Object.keys(defaults), ...required].sort()).toEqual(
        Object.keys(type.parameters.shape).sort(),
      );
      const needed: Record<string, string[]> = {
        'log-file-tail': ['path'],
        kafka: ['bootstrapServers', 'topic'],
      };
      expect(required).toEqual(needed[type.id] ?? []);
    });

    it('has ports with names of their own', () => {
      for (const ports of [type.inputs, type.outputs]) {
        expect(new Set(ports.map(port => port.name)).size).toBe(ports.length);
      }
      expect(type.mode !== undefined).toBe(type.category === 'deploy');
    });
  },
);
