import type { JsonObject } from '@backstage/types';
import { readText } from '../../http/readText';
import type { DeploymentWork } from '../DeploymentWork';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** Keeps the endpoint's description for the catalog. Without it the deployment is still good. */
export async function storeOpenApi(work: DeploymentWork): Promise<void> {
  const { options, record, log } = work;
  try {
    const { driver, ref } = await work.target();
    const response = await driver.fetch(
      { pipeline: record.pipeline, target: ref },
      '/openapi.json',
      { signal: AbortSignal.timeout(TIMEOUT_MS) },
    );
    if (!response.ok) {
      throw new Error(`it was answered with ${response.status}`);
    }
    const document: unknown = JSON.parse(await readText(response, MAX_BYTES));
    if (typeof document !== 'object' || document === null) {
      throw new Error('it is not an object');
    }
    await options.openApi.save(
      record.pipeline,
      record.revision,
      document as JsonObject,
    );
  } catch (error) {
    log.warning(
      'verify',
      `The OpenAPI document of the endpoint could not be read: ${
        (error as Error).message
      }`,
    );
  }
}
