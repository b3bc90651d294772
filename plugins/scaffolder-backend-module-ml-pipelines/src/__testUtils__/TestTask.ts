import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import type { ActionContext } from '@backstage/plugin-scaffolder-node';
import type { JsonObject, JsonValue } from '@backstage/types';

/** What one run of a step did. */
export interface StepRun {
  log: string[];
  output: Record<string, unknown>;
  error?: Error;
}

/** An action of any input and output. */
export interface AnyAction {
  id: string;
  examples?: Array<{ description: string; example: string }>;
  handler(ctx: never): Promise<void>;
}

/** Runs steps the way a task of the scaffolder does, with checkpoints that outlive a run. */
export class TestTask {
  readonly id: string;
  readonly #stored = new Map<string, JsonValue>();

  constructor(id: string) {
    this.id = id;
  }

  async run(
    action: AnyAction,
    input: Record<string, unknown>,
    extra: Partial<Omit<ActionContext<JsonObject>, 'input'>> = {},
  ): Promise<StepRun> {
    const run: StepRun = { log: [], output: {} };
    const before = new Map(this.#stored);
    const write = (level: string) => (message: string) => {
      run.log.push(`${level}: ${message}`);
    };
    const context: Omit<ActionContext<JsonObject>, 'input'> = {
      logger: mockServices.logger.mock({
        debug: write('debug'),
        info: write('info'),
        warn: write('warn'),
        error: write('error'),
      }),
      task: { id: this.id },
      step: { id: 'step', name: 'Step' },
      workspacePath: '/nowhere',
      checkpoint: async ({ key, fn }) => {
        if (before.has(key)) {
          return before.get(key) as Awaited<ReturnType<typeof fn>>;
        }
        const value = await fn();
        this.#stored.set(key, value ?? {});
        return value;
      },
      output: (name, value) => {
        run.output[String(name)] = value;
      },
      createTemporaryDirectory: async () => '/nowhere',
      getInitiatorCredentials: async () => mockCredentials.user(),
      ...extra,
    };
    try {
      await action.handler({ ...context, input } as never);
    } catch (error) {
      run.error = error as Error;
    }
    return run;
  }
}
