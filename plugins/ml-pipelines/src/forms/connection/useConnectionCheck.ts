import { useRef, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  TargetCredentialsInfo,
  TargetInspection,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';

/** What is to be checked. */
export interface ConnectionCheckRequest {
  kind: string;
  /** Whose stored credentials are used when none are given, and under which they are stored. */
  target: string;
  config: Record<string, unknown>;
  credentials?: Record<string, string>;
}

/** Outcome of the latest check. */
export interface ConnectionCheck {
  busy: boolean;
  inspection?: TargetInspection;
  error?: Error;
  /** Looks at the target; credentials that work are stored. */
  check(request: ConnectionCheckRequest): Promise<void>;
  /** Stores credentials whatever the check says. */
  store(request: ConnectionCheckRequest): Promise<void>;
  /** Forgets the outcome, because what was checked has changed. */
  forget(): void;
}

/** Checks a target that may not exist yet, and hands its credentials to the backend. */
export function useConnectionCheck(
  onStored: (info: TargetCredentialsInfo) => void,
): ConnectionCheck {
  const api = useApi(mlPipelinesApiRef);
  const [state, setState] = useState<
    Pick<ConnectionCheck, 'busy' | 'inspection' | 'error'>
  >({ busy: false });
  // Only the latest check counts: what it is about may change meanwhile.
  const turn = useRef(0);

  const save = async (request: ConnectionCheckRequest) => {
    if (request.credentials) {
      onStored(
        await api.saveTargetCredentials(request.target, {
          kind: request.kind,
          credentials: request.credentials,
        }),
      );
    }
  };
  const run = async (
    work: (isCurrent: () => boolean) => Promise<TargetInspection | undefined>,
  ) => {
    turn.current += 1;
    const mine = turn.current;
    const isCurrent = () => turn.current === mine;
    setState(old => ({ busy: true, inspection: old.inspection }));
    try {
      const inspection = await work(isCurrent);
      if (isCurrent()) {
        setState({ busy: false, inspection });
      }
    } catch (cause) {
      if (isCurrent()) {
        setState(old => ({ ...old, busy: false, error: toError(cause) }));
      }
    }
  };
  return {
    ...state,
    check: request =>
      run(async isCurrent => {
        const { kind, target, config, credentials } = request;
        const inspection = await api.probeTarget({
          name: target,
          kind,
          config,
          ...(credentials && { credentials }),
        });
        if (inspection.usable && isCurrent()) {
          await save(request);
        }
        return inspection;
      }),
    store: request =>
      run(async () => {
        await save(request);
        return state.inspection;
      }),
    forget: () => {
      turn.current += 1;
      setState({ busy: false });
    },
  };
}
