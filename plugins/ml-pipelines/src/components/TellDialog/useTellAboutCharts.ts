import { chartsPagePath } from '@mlpipe/plugin-ml-pipelines-common';
import type { FixedRange } from '../../hooks/useMetrics';
import { useText } from '../../translation';
import { formatTime } from '../shared/format';
import type { TellSubject } from './TellDialog';

/** What to tell of a pipeline's charts. @param range - of the charts; the last hour when absent */
export function useTellAboutCharts(
  pipeline: string,
  title: string,
  range?: FixedRange | number,
): () => TellSubject {
  const t = useText();
  return () => {
    const now = Math.floor(Date.now() / 1000);
    const fixed =
      typeof range === 'object'
        ? range
        : { from: now - (range ?? 3600), to: now };
    return {
      pipeline,
      severity: 'normal',
      range: fixed,
      link: chartsPagePath(pipeline, fixed),
      message: t('tell.message.charts', {
        pipeline: title,
        from: formatTime(fixed.from * 1000),
        to: formatTime(fixed.to * 1000),
      }),
    };
  };
}
