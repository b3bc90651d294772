import { useEffect, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import type { Problem } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';

const DEBOUNCE_MS = 400;

/** Outcome of checking a document by the backend. */
export interface Validation {
  /** True while what is shown does not belong to the latest text yet. */
  checking: boolean;
  problems?: Problem[];
  error?: Error;
}

/**
 * Has the backend check a document or YAML whenever it changes; it knows
 * targets, secrets and everything else that the browser does not.
 *
 * @param request - JSON text of the request; undefined checks nothing.
 */
export function useValidation(request: string | undefined): Validation & {
  retry: () => void;
} {
  const api = useApi(mlPipelinesApiRef);
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{
    request?: string;
    problems?: Problem[];
    error?: Error;
  }>({});
  useEffect(() => {
    if (request === undefined) {
      return undefined;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      api
        .validate(JSON.parse(request), { signal: controller.signal })
        .then(({ problems }) => setState({ request, problems }))
        .catch(cause => {
          if (!controller.signal.aborted) {
            setState({ request, error: toError(cause) });
          }
        });
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, request, turn]);
  return {
    checking: request !== undefined && state.request !== request,
    problems: state.problems,
    error: state.error,
    retry: () => setTurn(n => n + 1),
  };
}
