import { Text } from '@backstage/ui';
import type {
  AlertDetail,
  AlertEvent,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { useAlertSummary } from '../alerts/useAlertSummary';
import { entityName, formatTime } from '../shared/format';
import styles from './AlertTimeline.module.css';

/** Times that the backend writes. */
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** What happened to an alert, oldest first. */
export function AlertTimeline({ alert }: { alert: AlertDetail }) {
  const t = useText();
  const summaryOf = useAlertSummary();
  const textOf = ({ type, text = '' }: AlertEvent) =>
    type === 'firing' ? summaryOf({ ...alert, summary: text }) : text;
  return (
    <ol className={styles.list}>
      {alert.events.map((event, index) => (
        // Events have no identity, and are only ever added to.
        // eslint-disable-next-line react/no-array-index-key
        <li key={index} className={styles.event} data-type={event.type}>
          <Text as="p" weight="bold">
            {t(`alert.event.${event.type}` as TextKey)}
            {event.by &&
              ` ${t('alert.event.by', { who: entityName(event.by) })}`}
          </Text>
          <Text as="p" variant="body-small" color="secondary">
            <time dateTime={event.at}>{formatTime(event.at)}</time>
          </Text>
          {event.text && (
            <p className={styles.text}>
              {textOf(event).replace(TIME, time => formatTime(time))}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
