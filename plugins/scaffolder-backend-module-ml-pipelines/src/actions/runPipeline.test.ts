import { startFakeBackend } from '../__testUtils__/startFakeBackend';
import { TestTask } from '../__testUtils__/TestTask';
import { exampleDocument } from './exampleDocument';
import { createRunPipelineAction } from './runPipeline';

type Backend = Awaited<ReturnType<typeof startFakeBackend>>;

describe('mlops:pipeline:run', () => {
  let backend: Backend;
  let action: ReturnType<typeof createRunPipelineAction>;
  const name = 'ssh-anomalies';

  beforeAll(async () => {
    backend = await startFakeBackend();
    action = createRunPipelineAction(backend.dependencies);
  });
  beforeEach(() => {
    backend.reset();
    backend.fake.save(name, exampleDocument);
  });

  const runs = () => [...backend.fake.runs.all.values()];
  const pageOf = (id: string) =>
    `/catalog/default/component/${name}/runs/${id}`;

  it('follows the run to its end, and says what it found', async () => {
    const { log, output, error } = await new TestTask('t').run(action, {
      name,
    });
    expect(error).toBeUndefined();
    const [{ id, kind }] = runs();
    expect(kind).toBe('batch');
    expect(output).toEqual({
      runId: id,
      state: 'succeeded',
      metrics: { events: 100, anomalies: 2 },
      artifacts: ['scores.csv'],
      entityRef: `component:default/${name}`,
      entityUrl: `/catalog/default/component/${name}`,
      pageUrl: pageOf(id),
    });
    const page = `http://portal.example.com${pageOf(id)}`;
    expect(log).toEqual([
      `info: Run ${id}: ${page}`,
      'info: step 1',
      'info: step 2',
      'info: 50 % of its bytes are done.',
      'info: step 3',
      `info: The run found 100 events, 2 anomalies. It left scores.csv: ${page}`,
    ]);
  });

  it('says cause, node and next step of a failure; a retry starts anew', async () => {
    const task = new TestTask('t');
    const { path } = backend.fake.runs;
    backend.fake.runs.path = [
      {
        state: 'failed',
        failure: {
          code: 'runtime.source-missing',
          message: 'The file does not exist.',
          hint: 'Create it.',
          node: 'source',
        },
      },
    ];
    const { error, log } = await task.run(action, { name, kind: 'test' });
    expect(error?.message).toMatch(
      /The run of "ssh-anomalies" failed: The file does not exist. \(node "source"\) Create it. See http/,
    );
    expect(log).toContain('error: step 1');
    backend.fake.runs.path = path;
    expect((await task.run(action, { name })).error).toBeUndefined();
    expect(runs()).toHaveLength(2);
  });

  it('goes on with its run after the portal was killed', async () => {
    const task = new TestTask('t');
    await task.run(
      action,
      { name },
      {
        output: key => {
          if (key === 'runId') {
            throw new Error('the portal was killed');
          }
        },
      },
    );
    expect((await task.run(action, { name })).error).toBeUndefined();
    expect(runs()).toHaveLength(1);
  });

  it('cancels the run with the task', async () => {
    const controller = new AbortController();
    backend.fake.runs.path = Array.from({ length: 100 }, () => ({
      state: 'running' as const,
    }));
    const { error, log } = await new TestTask('t').run(
      action,
      { name },
      {
        signal: controller.signal,
        output: key => {
          if (key === 'pageUrl') {
            controller.abort();
          }
        },
      },
    );
    expect(error?.message).toContain('was cancelled');
    expect(log).toContain(
      'warn: The task was cancelled: cancelling the run as well.',
    );
    expect(runs()).toMatchObject([{ state: 'cancelled' }]);
    const early = await new TestTask('u').run(
      action,
      { name },
      { signal: controller.signal },
    );
    expect(early.error?.message).toContain('before anything was started');
    expect(runs()).toHaveLength(1);
  });

  it('waits for a backend that is away, and gives up on what is not there', async () => {
    backend.interferences.push({
      route: /^GET \/runs\/[^/]+$/,
      status: 503,
      message: 'away',
    });
    const { error, log } = await new TestTask('t').run(action, { name });
    expect(error).toBeUndefined();
    expect(log).toContainEqual(expect.stringContaining('does not answer'));
    const missing = await new TestTask('u').run(action, { name: 'none' });
    expect(missing.error?.message).toContain('There is no pipeline "none"');
  });

  it('rehearses without starting anything', async () => {
    const dry = { isDryRun: true };
    const { log, output } = await new TestTask('t').run(action, { name }, dry);
    expect(log).toEqual([
      `info: Dry run: would start a run (batch) of the pipeline "${name}" on the target "local".`,
    ]);
    expect(output).toMatchObject({ runId: 'dry-run', artifacts: [] });
    const later = await new TestTask('u').run(action, { name: 'new' }, dry);
    expect(later.error).toBeUndefined();
    const wrong = await new TestTask('v').run(
      action,
      { name, revision: 9 },
      dry,
    );
    expect(wrong.error?.message).toContain('revision 9');
    expect(runs()).toEqual([]);
  });
});
