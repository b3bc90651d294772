import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  MlPipelinesApi,
  Problem,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { BackendCalls } from '../calls/BackendCalls';
import { PipelineInput, validationRequest } from './pipelineInput';
import { reportProblems } from './reportProblems';

/**
 * Has the backend check a pipeline, with all that only it knows (targets,
 * secrets), and writes every problem into the task log.
 */
export async function checkPipeline(options: {
  input: PipelineInput;
  client: MlPipelinesApi;
  calls: BackendCalls;
  logger: LoggerService;
  signal?: AbortSignal;
}): Promise<{ valid: boolean; problems: Problem[] }> {
  const request = validationRequest(options.input);
  const result = await options.calls.asUser('check the pipeline', callOptions =>
    options.client.validate(request, {
      ...callOptions,
      signal: options.signal,
    }),
  );
  reportProblems(result.problems, options.logger);
  return result;
}
