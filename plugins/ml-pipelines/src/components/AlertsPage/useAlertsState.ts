import { useSearchParams } from 'react-router-dom';
import { ALERT_SEVERITIES, Alert } from '@mlpipe/plugin-ml-pipelines-common';

export const ALERT_STATES = ['firing', 'pending', 'resolved'] as const;
const PAGE_SIZE = 25;

/** What the list shows; lives in the URL, so that it can be shared. */
export interface AlertsState {
  state?: Alert['state'];
  severity?: Alert['severity'];
  offset: number;
  limit: number;
}

/** Reads the state from the URL, whatever is wrong there is ignored; and how to change it. */
export function useAlertsState(): {
  state: AlertsState;
  update: (change: Partial<AlertsState>) => void;
} {
  const [params, setParams] = useSearchParams();
  const offset = Number(params.get('offset'));
  return {
    state: {
      state: ALERT_STATES.find(s => s === params.get('state')),
      severity: ALERT_SEVERITIES.find(s => s === params.get('severity')),
      offset: Number.isInteger(offset) && offset > 0 ? offset : 0,
      limit: PAGE_SIZE,
    },
    update: change =>
      setParams(
        old => {
          const next = new URLSearchParams(old);
          // Another filter begins at the first page.
          for (const [key, value] of Object.entries({ offset: 0, ...change })) {
            if (value) {
              next.set(key, String(value));
            } else {
              next.delete(key);
            }
          }
          return next;
        },
        { replace: true },
      ),
  };
}
