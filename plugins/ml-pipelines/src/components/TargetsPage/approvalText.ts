import type { Target } from '@mlpipe/plugin-ml-pipelines-common';
import type { useText } from '../../translation';
import { formatNumber } from '../shared/format';

/** Whether deployments on a target wait for approval, in words. */
export function approvalText(
  { approval, rateCard }: Target,
  t: ReturnType<typeof useText>,
): string {
  if (!approval.required) {
    return t('targets.approval.none');
  }
  return approval.freeUpToHourly === undefined
    ? t('targets.approval.required')
    : t('targets.approval.above', {
        cost: `${formatNumber(approval.freeUpToHourly)} ${
          rateCard?.currency ?? ''
        }`.trim(),
      });
}
