import type { LoggerService } from '@backstage/backend-plugin-api';
import type { MlPipelinesApi } from '@mlpipe/plugin-ml-pipelines-common';
import type { BackendCalls } from '../calls/BackendCalls';
import { checkPipeline } from '../problems/checkPipeline';
import { invalidPipelineError } from '../problems/invalidPipelineError';

/**
 * The dry run of a deployment: checks the revision as it would be deployed,
 * with what the backend knows today, and says what would happen. A pipeline
 * that does not exist yet may be one that an earlier step of the same dry run
 * would have saved.
 */
export async function rehearseDeployment(options: {
  name: string;
  revision?: number;
  client: MlPipelinesApi;
  calls: BackendCalls;
  logger: LoggerService;
}): Promise<void> {
  const { name, client, calls, logger } = options;
  const pipeline = await calls.findAsUser(
    `look at the pipeline "${name}"`,
    call => client.getPipeline(name, call),
  );
  if (!pipeline) {
    logger.info(
      `Dry run: would deploy the pipeline "${name}" once it is saved.`,
    );
    return;
  }
  const wanted = options.revision ?? pipeline.revision;
  const document =
    wanted === pipeline.revision
      ? pipeline.document
      : (
          await calls.asUser(
            `look at revision ${wanted} of the pipeline "${name}"`,
            call => client.getRevision(name, wanted, call),
          )
        ).document;
  const { valid, problems } = await checkPipeline({
    input: { document: { ...document } },
    client,
    calls,
    logger,
  });
  if (!valid) {
    throw invalidPipelineError({ problems });
  }
  logger.info(
    `Dry run: would deploy revision ${wanted} of the pipeline "${name}" to the target "${document.spec.target}".`,
  );
}
