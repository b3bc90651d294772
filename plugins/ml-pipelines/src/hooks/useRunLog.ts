import { useApi } from '@backstage/frontend-plugin-api';
import {
  isFinalRunState,
  RunLogLine,
  RunState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { ResumableLogResult, useResumableLog } from './useResumableLog';

/** What is known of a run's log so far. */
export type RunLogResult = ResumableLogResult<RunLogLine>;

/**
 * Log of a run, live.
 *
 * @param state - State of the run as last seen.
 * @param onState - Called when the stream says that the state changed.
 */
export function useRunLog(
  id: string,
  state: RunState | undefined,
  onState: () => void,
): RunLogResult {
  const api = useApi(mlPipelinesApiRef);
  return useResumableLog<RunLogLine, RunState>({
    id,
    path: `/runs/${encodeURIComponent(id)}/log/stream`,
    state,
    isFinal: isFinalRunState,
    onState,
    load: (query, signal) => api.getRunLog(id, query, { signal }),
  });
}
