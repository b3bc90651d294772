import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';
import {
  RUN_KINDS,
  RUN_STATES,
  RunKind,
  RunState,
} from '@mlpipe/plugin-ml-pipelines-common';

/** What the list shows; it lives in the URL. */
export interface RunsState {
  kind?: RunKind;
  state?: RunState;
  /** Index of the first run. */
  offset: number;
  /** Ids of the runs that are compared. */
  compare: string[];
}

/** State of the list of runs, in the URL. */
export function useRunsState() {
  const [params, setParams] = useSearchParams();
  const state: RunsState = {
    kind: RUN_KINDS.find(kind => kind === params.get('kind')),
    state: RUN_STATES.find(known => known === params.get('state')),
    offset: Math.max(0, Number.parseInt(params.get('offset') ?? '0', 10) || 0),
    compare: (params.get('compare') ?? '').split(',').filter(Boolean),
  };
  const change = useCallback(
    (values: Partial<RunsState>, options: { replace?: boolean } = {}) =>
      setParams(old => {
        const next = new URLSearchParams(old);
        for (const [name, value] of Object.entries(values)) {
          const text = Array.isArray(value)
            ? value.join()
            : String(value ?? '');
          if (text && text !== '0') {
            next.set(name, text);
          } else {
            next.delete(name);
          }
        }
        return next;
      }, options),
    [setParams],
  );
  return { state, change };
}
