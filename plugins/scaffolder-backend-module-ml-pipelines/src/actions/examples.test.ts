import { parse } from 'yaml';
import { startFakeBackend } from '../__testUtils__/startFakeBackend';
import { AnyAction, TestTask } from '../__testUtils__/TestTask';
import { createDeployPipelineAction } from './deployPipeline';
import { createDestroyPipelineAction } from './destroyPipeline';
import { exampleDocument } from './exampleDocument';
import { createRegisterTargetAction } from './registerTarget';
import { createRunPipelineAction } from './runPipeline';
import { createSavePipelineAction } from './savePipeline';
import { createValidatePipelineAction } from './validatePipeline';

type Backend = Awaited<ReturnType<typeof startFakeBackend>>;

describe('examples of the actions', () => {
  let backend: Backend;

  beforeAll(async () => {
    backend = await startFakeBackend();
  });
  beforeEach(() => {
    backend.reset();
    backend.fake.save('ssh-anomalies', exampleDocument);
  });

  it.each([
    ['mlops:pipeline:validate', createValidatePipelineAction],
    ['mlops:pipeline:save', createSavePipelineAction],
    ['mlops:pipeline:deploy', createDeployPipelineAction],
    ['mlops:pipeline:destroy', createDestroyPipelineAction],
    ['mlops:pipeline:run', createRunPipelineAction],
    ['mlops:target:register', createRegisterTargetAction],
  ] as const)('%s runs each of its examples', async (id, create) => {
    const action: AnyAction = create(backend.dependencies);
    expect(action.id).toBe(id);
    expect(action.examples?.length).toBeGreaterThan(0);
    for (const { description, example } of action.examples ?? []) {
      for (const step of parse(example).steps) {
        expect(step.action).toBe(id);
        const { error } = await new TestTask(description).run(
          action,
          step.input,
        );
        expect(error).toBeUndefined();
      }
    }
  });

  it('describes every field of input and output with a sentence', () => {
    for (const create of [
      createValidatePipelineAction,
      createSavePipelineAction,
      createDeployPipelineAction,
      createDestroyPipelineAction,
      createRunPipelineAction,
      createRegisterTargetAction,
    ]) {
      const { schema } = create(backend.dependencies);
      const fields = [schema?.input, schema?.output].flatMap(part =>
        Object.entries(part?.properties ?? {}),
      );
      expect(fields.length).toBeGreaterThan(4);
      for (const [, field] of fields) {
        expect(field).toEqual(
          expect.objectContaining({
            description: expect.stringMatching(/^[A-Z].*\.$/s),
          }),
        );
      }
    }
  });
});
