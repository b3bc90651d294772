import { useEffect, useRef } from 'react';
import { useSignal } from '@backstage/plugin-signals-react';
import {
  ML_PIPELINES_SIGNAL_CHANNEL,
  MlPipelinesSignal,
} from '@mlpipe/plugin-ml-pipelines-common';

/**
 * Calls back when the backend says that something changed. Does nothing
 * where the signals plugin is absent; polling remains.
 *
 * @param pipeline - Only changes of this pipeline; of any when absent.
 */
export function usePipelineSignal(
  onChange: (signal: MlPipelinesSignal) => void,
  pipeline?: string,
): { isSignalsAvailable: boolean } {
  const { lastSignal, isSignalsAvailable } = useSignal<MlPipelinesSignal>(
    ML_PIPELINES_SIGNAL_CHANNEL,
  );
  const callback = useRef(onChange);
  callback.current = onChange;
  useEffect(() => {
    if (lastSignal && (!pipeline || lastSignal.pipeline === pipeline)) {
      callback.current(lastSignal);
    }
  }, [lastSignal, pipeline]);
  return { isSignalsAvailable };
}
