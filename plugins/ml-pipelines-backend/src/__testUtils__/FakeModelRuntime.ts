import type {
  ModelsView,
  RuntimeRun,
} from '@mlpipe/plugin-ml-pipelines-common';
import { createHash } from 'node:crypto';

/** A call that a {@link FakeModelRuntime} let in. */
export interface ModelCall {
  method: string;
  path: string;
  body?: Record<string, unknown>;
}

/** The routes of the runtime about models and trainings, answering from memory. */
export class FakeModelRuntime {
  /** SHA-256 of the keys that it accepts. */
  accepts: string[] = [];
  view: ModelsView = {
    continuous: true,
    versions: [],
    runs: [],
    explanation: 'Learning.',
  };
  readonly logs = new Map<string, string[]>();
  readonly models = new Map<string, string>();
  readonly calls: ModelCall[] = [];
  /** Does what a `POST` asks for; may answer with a failure. */
  onPost: (call: ModelCall) => Response | void = () => {};
  /** Answers instead of everything else. */
  override?: (path: string) => Response | undefined;

  /** For `FakeTargetDriver.endpoints`. */
  readonly endpoint = (path: string, init: RequestInit = {}): Response => {
    const key = new Headers(init.headers).get('authorization') ?? '';
    const digest = createHash('sha256')
      .update(key.replace(/^Bearer /, ''))
      .digest('hex');
    if (!this.accepts.includes(digest)) {
      return Response.json(
        { error: 'A valid key is needed.' },
        { status: 401 },
      );
    }
    const instead = this.override?.(path);
    if (instead) {
      return instead;
    }
    const { method = 'GET', body } = init;
    const call: ModelCall = {
      method,
      path,
      ...(body && { body: JSON.parse(String(body)) }),
    };
    this.calls.push(call);
    return this.#answer(call);
  };

  run(run: Partial<RuntimeRun> & { id: string }): RuntimeRun {
    return {
      trigger: 'drift',
      state: 'succeeded',
      createdAt: '2026-01-01T00:00:00.000Z',
      metrics: { events: 200 },
      ...run,
    };
  }

  #answer(call: ModelCall): Response {
    const { pathname, searchParams } = new URL(call.path, 'http://runtime');
    const [, what, id, part] = pathname.split('/');
    if (what === 'models') {
      const refusal = call.method === 'POST' && this.onPost(call);
      return refusal || Response.json(this.view);
    }
    if (what === 'runs' && part === 'log') {
      const after = Number(searchParams.get('after'));
      const lines = this.logs.get(id) ?? [];
      const items = lines
        .map((message, index) => ({
          sequence: index + 1,
          time: '2026-01-01T00:00:00.000Z',
          level: 'info',
          message,
          node: null,
        }))
        .slice(after, after + Number(searchParams.get('limit')));
      return Response.json({ items, next: after + items.length });
    }
    const model = what === 'runs' ? this.models.get(id) : undefined;
    return model === undefined
      ? Response.json(
          { error: `There is nothing at ${pathname}. See /openapi.json.` },
          { status: 404 },
        )
      : new Response(model);
  }
}
