import { Alert, ALERT_METRICS } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { formatNumber } from '../shared/format';

/** Words for the value of an alert, in the unit of its metric. */
export function useAlertValue(): (
  alert: Pick<Alert, 'metric' | 'value'>,
) => string {
  const t = useText();
  return ({ metric, value }) =>
    value === undefined
      ? t('alerts.noValue')
      : `${formatNumber(value)} ${ALERT_METRICS[metric]?.unit ?? ''}`.trim();
}
