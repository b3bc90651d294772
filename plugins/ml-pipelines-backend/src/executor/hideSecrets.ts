import type { DeploymentWork } from './DeploymentWork';

/**
 * Keeps the secrets of the pipeline out of all that is told about the
 * deployment, also when an earlier process has brought them to the target and
 * only what came of it is seen here.
 */
export async function hideSecrets(work: DeploymentWork): Promise<void> {
  const { options, record, log } = work;
  const apiKey = await options.apiKeys.reveal(record.pipeline);
  log.hide(apiKey ? [apiKey] : []);
  try {
    const { secrets } = await options.secrets.collect(
      record.pipeline,
      await work.document(),
    );
    log.hide(Object.values(secrets.environment));
  } catch (error) {
    // The step that needs what is missing says so; nothing can show it then.
    options.logger.debug(
      `No secrets to hide in the log of deployment ${record.id}`,
      error as Error,
    );
  }
}
