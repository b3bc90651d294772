import type { AlertApi, AlertMessage } from '@backstage/core-plugin-api';
import type { ToastApi } from '@backstage/frontend-plugin-api';

const severities: Record<string, AlertMessage['severity']> = {
  success: 'success',
  warning: 'warning',
  danger: 'error',
};

/** Shows toasts as alerts; their links and anything but text are left out. */
export function createAlertToasts(alertApi: AlertApi): ToastApi {
  return {
    post({ title, description, status = 'success', timeout }) {
      alertApi.post({
        message: [title, description]
          .filter(part => typeof part === 'string' && part)
          .join(': '),
        severity: severities[status] ?? 'info',
        display: timeout ? 'transient' : 'permanent',
      });
      return { close() {} };
    },
  };
}
