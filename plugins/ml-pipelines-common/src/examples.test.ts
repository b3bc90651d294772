import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleContext } from './testing/samples';
import { stringifyPipeline } from './spec/stringifyPipeline';
import { validatePipelineYaml } from './validation/validatePipelineYaml';

const folder = join(__dirname, '..', '..', '..', 'examples', 'pipelines');
const yamlFiles = (path: string) =>
  readdirSync(path)
    .filter(name => name.endsWith('.yaml'))
    .map(name => [name, readFileSync(join(path, name), 'utf8')] as const);

/** No targets and no secrets: what holds in every portal. */
const context = { catalogue: sampleContext().catalogue };

describe('examples/pipelines', () => {
  it.each(yamlFiles(folder))('%s has nothing to complain about', (_, text) => {
    const { document, problems } = validatePipelineYaml(text, context);
    expect(problems).toEqual([]);
    const again = validatePipelineYaml(stringifyPipeline(document), context);
    expect(again.document).toEqual(document);
  });

  it.each(yamlFiles(join(folder, 'invalid')))(
    'invalid/%s causes the problems that its header names',
    (_, text) => {
      const expected = [...text.matchAll(/^# expect:(.*)$/gm)].flatMap(match =>
        match[1].split(/[\s,]+/).filter(word => /^[a-z]+[.\w]*$/i.test(word)),
      );
      const { problems } = validatePipelineYaml(text, sampleContext());
      expect(expected.length).toBeGreaterThan(0);
      expect(new Set(problems.map(problem => problem.code))).toEqual(
        new Set(expected),
      );
    },
  );
});
