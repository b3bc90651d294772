import { formatAgo, formatTime } from './format';

/** How long ago something was; the exact time is in its title. */
export function TimeAgo({ time }: { time: string }) {
  return (
    <time dateTime={time} title={formatTime(time)}>
      {formatAgo(time)}
    </time>
  );
}
