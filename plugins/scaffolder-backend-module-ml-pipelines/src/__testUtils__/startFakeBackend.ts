import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { MlPipelinesClient } from '@mlpipe/plugin-ml-pipelines-common';
import type { ActionDependencies } from '../ActionDependencies';
import { FakeMlPipelines } from './FakeMlPipelines';
import { fakeMlPipelinesPlugin, Interference } from './fakeMlPipelinesPlugin';

/** A fake of the ML pipelines backend behind real HTTP, and actions' dependencies that call it. */
export async function startFakeBackend() {
  const interferences: Interference[] = [];
  const state = { fake: new FakeMlPipelines() };
  const { server } = await startTestBackend({
    features: [fakeMlPipelinesPlugin(() => state.fake, interferences)],
  });
  const baseUrl = `http://localhost:${server.port()}/api`;
  const dependencies: ActionDependencies = {
    client: new MlPipelinesClient({
      discoveryApi: { getBaseUrl: async id => `${baseUrl}/${id}` },
    }),
    auth: mockServices.auth({ pluginId: 'scaffolder' }),
    appBaseUrl: 'http://portal.example.com/',
    pace: { initialMs: 1, maxMs: 4, patienceMs: 10_000 },
  };
  return {
    dependencies,
    interferences,
    get fake() {
      return state.fake;
    },
    /** Forgets everything. */
    reset() {
      state.fake = new FakeMlPipelines();
      interferences.length = 0;
    },
  };
}
