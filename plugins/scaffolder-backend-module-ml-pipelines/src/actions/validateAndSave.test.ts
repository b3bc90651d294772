import { stringify } from 'yaml';
import { startFakeBackend } from '../__testUtils__/startFakeBackend';
import { TestTask } from '../__testUtils__/TestTask';
import { exampleDocument } from './exampleDocument';
import { createSavePipelineAction } from './savePipeline';
import { createValidatePipelineAction } from './validatePipeline';

type Backend = Awaited<ReturnType<typeof startFakeBackend>>;

describe('mlops:pipeline:validate and mlops:pipeline:save', () => {
  let backend: Backend;
  let validate: ReturnType<typeof createValidatePipelineAction>;
  let save: ReturnType<typeof createSavePipelineAction>;

  beforeAll(async () => {
    backend = await startFakeBackend();
    validate = createValidatePipelineAction(backend.dependencies);
    save = createSavePipelineAction(backend.dependencies);
  });
  beforeEach(() => backend.reset());

  const document = { ...exampleDocument };
  const broken = {
    ...exampleDocument,
    spec: {
      ...exampleDocument.spec,
      target: 'moon',
      nodes: exampleDocument.spec.nodes.map(node =>
        node.id === 'model' ? { ...node, parameters: { trees: 5 } } : node,
      ),
    },
  };

  it('reports every problem at once, in the log, as output and in the error', async () => {
    const { log, output, error } = await new TestTask('t').run(validate, {
      document: broken,
    });

    const trees =
      /^error: spec\.nodes\.3\.parameters\.trees, node "model": .*10/;
    expect(log).toHaveLength(2);
    expect(log).toContainEqual(expect.stringMatching(trees));
    expect(log).toContainEqual(
      expect.stringMatching(/^error: spec\.target: .*moon.*local/),
    );
    expect(output.valid).toBe(false);
    expect(output.problems).toHaveLength(2);
    expect(output.problems).toContainEqual(
      expect.objectContaining({ node: 'model', parameter: 'trees' }),
    );
    expect(output.problems).toContainEqual(
      expect.objectContaining({ code: 'target.unknown' }),
    );
    expect(error).toMatchObject({ name: 'InputError' });
    expect(error?.message).toMatch(/^The pipeline has 2 problems:\n- /);
    expect(error?.stack).toBe(`InputError: ${error?.message}`);
    expect(backend.fake.drafts.size).toBe(0);
  });

  it('hands a valid document on, from YAML as well', async () => {
    const { output, error } = await new TestTask('t').run(validate, {
      yaml: stringify(document),
    });

    expect(error).toBeUndefined();
    expect(output).toMatchObject({ valid: true, document });
  });

  it('names the lines of YAML, and keeps the draft of what cannot even be read', async () => {
    const lines = stringify(broken).split('\n');
    const { error } = await new TestTask('t').run(validate, {
      yaml: lines.join('\n'),
    });
    const line = lines.findIndex(text => text.includes('trees: 5')) + 1;
    expect(error?.message).toContain(
      `spec.nodes.3.parameters.trees, line ${line}, node "model"`,
    );

    const unreadable = await new TestTask('t').run(save, { yaml: 'a: "b' });
    expect(unreadable.error?.message).toMatch(
      /^The pipeline has 1 problem:\n- .*line 1.*YAML cannot be read/,
    );
    expect(backend.fake.drafts.size).toBe(1);
  });

  it('refuses an input that is ambiguous', async () => {
    for (const input of [{}, { document, yaml: stringify(document) }]) {
      const { error } = await new TestTask('t').run(validate, input);
      expect(error?.message).toMatch(/either as "document".* or as "yaml"/);
    }
  });

  it('keeps the form of an invalid pipeline as a draft without secrets, and links to it', async () => {
    const { error } = await new TestTask('t').run(
      validate,
      {
        document: broken,
        form: { target: 'moon', url: 'http://u:s3cr3t-value@host', pin: 'a' },
      },
      {
        secrets: { apiKey: 's3cr3t-value', short: 'a' },
        templateInfo: { entityRef: 'template:default/anomalies' },
      },
    );

    const [draft] = backend.fake.drafts.values();
    expect(draft).toMatchObject({
      title: 'SSH anomalies',
      templateRef: 'template:default/anomalies',
      form: { target: 'moon', url: '', pin: '' },
      document: broken,
    });
    expect(error?.message).toContain(
      `Correct and resume: http://portal.example.com/ml-pipelines/drafts/${draft.id}`,
    );
  });

  it('updates the draft that the form was reopened from, and still reports problems when drafts do not work', async () => {
    const { id } = backend.fake.keepDraft(undefined, { title: 'old' });
    const input = { document: broken, form: { a: 1 }, draftId: id };
    await new TestTask('t').run(validate, input);
    expect([...backend.fake.drafts.values()]).toEqual([
      expect.objectContaining({ id, title: 'SSH anomalies', form: { a: 1 } }),
    ]);

    backend.interferences.push({
      route: /^PUT \/drafts/,
      status: 403,
      message: 'No',
    });
    const { log, error } = await new TestTask('u').run(validate, input);
    expect(log.at(-1)).toMatch(/^warn: The form was not kept: .*not allowed/);
    expect(error?.message).toMatch(/^The pipeline has 2 problems/);
    expect(error?.message).not.toContain('resume');
  });

  it('saves a revision once, tells what later steps need, and removes the draft', async () => {
    const first = await new TestTask('t').run(save, {
      document,
      form: { name: 'ssh-anomalies' },
    });

    expect(first.error).toBeUndefined();
    expect(first.output).toEqual({
      name: 'ssh-anomalies',
      revision: 1,
      changed: true,
      entityRef: 'component:default/ssh-anomalies',
      pageUrl: '/catalog/default/component/ssh-anomalies',
    });
    expect(backend.fake.drafts.size).toBe(0);

    const again = await new TestTask('u').run(save, { document });
    expect(again.output).toMatchObject({ revision: 1, changed: false });
    expect(again.log.at(-1)).toMatch(/unchanged; its newest revision is 1/);
  });

  it('does not save again when the task is recovered', async () => {
    const task = new TestTask('t');
    await task.run(save, { document });
    backend.fake.save('ssh-anomalies', { from: 'somebody else' });

    const { output } = await task.run(save, { document });

    expect(output).toMatchObject({ revision: 1, changed: true });
    expect(backend.fake.revisions.get('ssh-anomalies')).toHaveLength(2);
  });

  it('keeps the draft of what it cannot save', async () => {
    const { error } = await new TestTask('t').run(save, { document: broken });
    const [draft] = backend.fake.drafts.values();
    expect(error?.message).toContain(`/ml-pipelines/drafts/${draft.id}`);
    expect(backend.fake.revisions.size).toBe(0);
  });

  it('says who can help when saving is not allowed', async () => {
    backend.interferences.push({
      route: /^PUT \/pipelines/,
      status: 403,
      message: 'Owners only',
    });
    const { error } = await new TestTask('t').run(save, { document });
    expect(error).toMatchObject({
      name: 'NotAllowedError',
      message:
        'You are not allowed to save the pipeline "ssh-anomalies". Ask the owner of the pipeline or an administrator of the portal. (Owners only)',
    });
  });

  it('rehearses: validates, changes nothing, says what it would do', async () => {
    backend.fake.save('ssh-anomalies', { old: true });
    const rehearsed = await new TestTask('t').run(
      save,
      { document, form: {} },
      { isDryRun: true },
    );
    expect(rehearsed.output).toMatchObject({ revision: 2 });
    expect(rehearsed.log.at(-1)).toMatch(/Dry run: would save .* revision 2/);

    const refused = await new TestTask('t').run(
      save,
      { document: broken, form: {} },
      { isDryRun: true },
    );
    expect(refused.error?.message).toMatch(/^The pipeline has 2 problems/);
    expect(backend.fake.revisions.get('ssh-anomalies')).toHaveLength(1);
    expect(backend.fake.drafts.size).toBe(0);
  });
});
