import { Alert, ALERT_METRICS } from '@mlpipe/plugin-ml-pipelines-common';
import { useDynamicText, useText } from '../../translation';
import { metricKey } from '../../translations/catalogueMessages';

/**
 * What the backend says of an alert, with the name of its metric in the
 * language of the user. What the author of the rule wrote stays as it is.
 *
 * @returns a function that takes an alert, or one of its metric and a text
 */
export function useAlertSummary(): (
  alert: Pick<Alert, 'metric' | 'summary'>,
) => string {
  const t = useText();
  const dynamic = useDynamicText();
  return ({ metric, summary }) => {
    const title = ALERT_METRICS[metric]?.title ?? metric;
    return summary
      .replace(
        `${title}: nothing is measured`,
        `${title}: ${t('alerts.noValue')}`,
      )
      .replace(title, dynamic(metricKey(metric), title));
  };
}
