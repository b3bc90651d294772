import type { FeatureDrift } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { formatNumber } from '../shared/format';
import styles from './ModelTab.module.css';

/**
 * Shares of the events in each range of a feature, at training and now: a
 * table whose cells are bars, so that it can be read and seen.
 */
export function DriftBins(props: {
  bins: FeatureDrift['bins'];
  label: string;
}) {
  const { bins, label } = props;
  const t = useText();
  const most = Math.max(
    ...bins.flatMap(({ expected, actual }) => [expected, actual]),
    1e-9,
  );
  const range = ({ from, to }: FeatureDrift['bins'][number]) => {
    if (from === null) {
      return to === null
        ? t('model.drift.all')
        : t('model.drift.below', { to: formatNumber(to) });
    }
    return to === null
      ? t('model.drift.above', { from: formatNumber(from) })
      : t('model.drift.between', {
          from: formatNumber(from),
          to: formatNumber(to),
        });
  };
  return (
    <table className={styles.bins} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t('model.drift.range')}</th>
          <th scope="col">{t('model.drift.expected')}</th>
          <th scope="col">{t('model.drift.actual')}</th>
        </tr>
      </thead>
      <tbody>
        {bins.map(bin => (
          <tr key={`${bin.from} ${bin.to}`}>
            <th scope="row">{range(bin)}</th>
            <Share share={bin.expected} most={most} kind="expected" />
            <Share share={bin.actual} most={most} kind="actual" />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Share(props: { share: number; most: number; kind: string }) {
  return (
    <td>
      <div className={styles.share}>
        <span className={styles.track} aria-hidden="true">
          <span
            className={styles.bar}
            data-kind={props.kind}
            style={{ width: `${(100 * props.share) / props.most}%` }}
          />
        </span>
        <span className={styles.percent}>
          {formatNumber(100 * props.share, 1)} %
        </span>
      </div>
    </td>
  );
}
