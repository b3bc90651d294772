import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import { readText } from '../../http/readText';
import type { DeploymentWork } from '../DeploymentWork';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;
const MAX_EXCERPT = 300;

/**
 * One line that no source has sent; scoring it changes nothing. The address is
 * of a block reserved for documentation (RFC 5737).
 */
const SAMPLE =
  'Jan  1 00:00:00 portal sshd[1]: Accepted publickey for check from 192.0.2.1 port 22 ssh2';

/** What came of a sample. */
export interface SampleOutcome {
  passed: boolean;
  message: string;
}

/**
 * Sends one line through the endpoint as its users do (Open Inference Protocol
 * v2). A model that still learns answers 503 and is fine.
 */
export async function sendSample(
  work: DeploymentWork,
  status: WorkloadStatus,
): Promise<SampleOutcome> {
  const { options, record } = work;
  const { driver, ref } = await work.target();
  const apiKey = await options.apiKeys.reveal(record.pipeline);
  let response: Response;
  try {
    response = await driver.fetch(
      { pipeline: record.pipeline, target: ref },
      `/v2/models/${encodeURIComponent(record.pipeline)}/infer`,
      {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(apiKey ? { 'X-API-Key': apiKey } : {}),
        },
        body: JSON.stringify({
          inputs: [
            { name: 'lines', shape: [1], datatype: 'BYTES', data: [SAMPLE] },
          ],
        }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
  } catch (error) {
    return {
      passed: false,
      message: `its endpoint cannot be reached (${(error as Error).message})`,
    };
  }
  const body = await readText(response, MAX_BYTES).catch(
    (error: Error) => error.message,
  );
  if (response.ok) {
    return { passed: true, message: 'A sample was answered with a score.' };
  }
  if (response.status === 503 && status.phase === 'learning') {
    return {
      passed: true,
      message: learningMessage(status),
    };
  }
  const excerpt = work.log.mask(body.slice(0, MAX_EXCERPT));
  return {
    passed: false,
    message: `a sample was answered with ${response.status}${
      excerpt ? `: ${excerpt}` : ''
    }`,
  };
}

function learningMessage({ learning }: WorkloadStatus): string {
  return learning
    ? `The endpoint is up; its model still learns (${learning.events} of ${learning.required} events).`
    : 'The endpoint is up; its model still learns.';
}
