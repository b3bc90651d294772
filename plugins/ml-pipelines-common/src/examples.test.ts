import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sampleContext } from './testing/samples';
import { validatePipelineYaml } from './validation/validatePipelineYaml';

const folder = resolve(__dirname, '../../../examples/pipelines');
const read = (name: string) => readFileSync(resolve(folder, name), 'utf8');
const list = (name: string) =>
  readdirSync(resolve(folder, name)).filter(file => file.endsWith('.yaml'));

describe('the golden pipelines of examples/', () => {
  it.each(list('.'))('%s is valid without a warning', name => {
    expect(validatePipelineYaml(read(name), sampleContext())).toMatchObject({
      problems: [],
      document: { metadata: { name: name.replace(/\.yaml$/, '') } },
    });
  });

  it.each(list('invalid'))('invalid/%s has the problems it names', name => {
    const text = read(`invalid/${name}`);
    const expected = text
      .match(/^# expect: (.+)$/m)?.[1]
      .split(',')
      .map(code => code.trim());
    const { problems } = validatePipelineYaml(text, sampleContext());
    expect([...new Set(problems.map(p => p.code))].sort()).toEqual(
      expected?.sort(),
    );
  });
});
