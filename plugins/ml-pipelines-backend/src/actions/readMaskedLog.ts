import type {
  LogLine,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import { redactor } from '@mlpipe/terraform-runner';
import { withTimeout } from '../withTimeout';
import type { ActionsOptions } from './ActionsOptions';

/** Lines that are looked at. */
const TAIL = 200;
/** Lines that are shown. */
const SHOWN = 15;
const TIMEOUT_MS = 5_000;

/**
 * The latest lines of a pipeline's log that tell of trouble, or else the latest
 * ones, with the values of its secrets masked. Empty where the target does not
 * answer, or where the secrets cannot be read that would have to be masked.
 */
export async function readMaskedLog(
  options: Pick<
    ActionsOptions,
    'apiKeys' | 'pipelines' | 'targets' | 'workloadSecrets'
  >,
  pipeline: PipelineDetail,
): Promise<string[]> {
  const { apiKeys, pipelines, targets, workloadSecrets } = options;
  const { name } = pipeline;
  const gone = new AbortController();
  try {
    const deployed = await pipelines.getRevision(
      name,
      pipeline.deployedRevision ?? pipeline.revision,
    );
    const { secrets } = await workloadSecrets.collect(
      name,
      deployed?.document ?? pipeline.document,
    );
    const key = await apiKeys.reveal(name);
    const mask = redactor([
      ...Object.values(secrets.environment),
      ...(key ? [key] : []),
    ]);
    const { driver, ref } = await targets.get(
      pipeline.deployedTarget ?? pipeline.target,
    );
    const lines: LogLine[] = [];
    const read = async () => {
      const log = driver.logs(
        { pipeline: name, target: ref },
        { tail: TAIL, signal: gone.signal },
      );
      for await (const line of log) {
        lines.push(line);
      }
    };
    await withTimeout(read(), TIMEOUT_MS, () => gone.abort());
    const trouble = lines.filter(
      ({ level }) => level === 'warning' || level === 'error',
    );
    return (trouble.length ? trouble : lines)
      .slice(-SHOWN)
      .map(line => mask(`${line.time} ${line.level} ${line.message}`));
  } catch {
    // The explanation says what else is known.
    gone.abort();
    return [];
  }
}
