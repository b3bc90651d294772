import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  MlPipelinesApi,
  RunKind,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { BackendCalls } from '../calls/BackendCalls';

/**
 * The dry run of a run: looks whether the pipeline and its revision are there,
 * and says what would happen. A pipeline that does not exist yet may be one
 * that an earlier step of the same dry run would have saved.
 */
export async function rehearseRun(options: {
  name: string;
  kind: RunKind;
  revision?: number;
  client: MlPipelinesApi;
  calls: BackendCalls;
  logger: LoggerService;
}): Promise<void> {
  const { name, kind, revision, client, calls, logger } = options;
  const pipeline = await calls.findAsUser(
    `look at the pipeline "${name}"`,
    call => client.getPipeline(name, call),
  );
  if (!pipeline) {
    logger.info(
      `Dry run: would start a run (${kind}) of the pipeline "${name}" once it is saved and deployed.`,
    );
    return;
  }
  if (revision !== undefined) {
    await calls.asUser(
      `look at revision ${revision} of the pipeline "${name}"`,
      call => client.getRevision(name, revision, call),
    );
  }
  logger.info(
    `Dry run: would start a run (${kind}) of ${
      revision === undefined ? '' : `revision ${revision} of `
    }the pipeline "${name}" on the target "${pipeline.target}".`,
  );
}
