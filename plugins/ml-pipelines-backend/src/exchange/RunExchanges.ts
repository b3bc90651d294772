import { NotFoundError } from '@backstage/errors';
import type { RunExchange, TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import type { ArtifactStore } from '../artifacts/ArtifactStore';
import { inputOf } from '../runs/inputOf';
import type { RunRecord } from '../runs/RunRecord';
import type { ExchangeUrls } from './ExchangeUrls';
import type { UploadStore } from './UploadStore';

/** Options of {@link RunExchanges}. */
export interface RunExchangesOptions {
  uploads: Pick<UploadStore, 'list' | 'get' | 'progress'>;
  artifacts: Pick<ArtifactStore, 'open'>;
  urls: Pick<ExchangeUrls, 'of'>;
}

/** The driver's side of the exchange: where a run sends to, and what has come. */
export class RunExchanges {
  constructor(private readonly options: RunExchangesOptions) {}

  async of(
    run: Pick<RunRecord, 'id' | 'pipeline' | 'request'>,
    target: TargetRef<unknown>,
  ): Promise<RunExchange> {
    const { uploads, artifacts, urls } = this.options;
    return {
      url: await urls.of(run.pipeline, target),
      input: inputOf(run.request),
      files: async () =>
        (await uploads.list(run.id)).map(({ name, contentType, size }) => ({
          name,
          contentType,
          size,
        })),
      open: async name => {
        const file = await uploads.get(run.id, name);
        if (!file) {
          throw new NotFoundError(`Run ${run.id} has sent no file "${name}".`);
        }
        return artifacts.open(file.digest);
      },
      progress: () => uploads.progress(run.id),
    };
  }
}
