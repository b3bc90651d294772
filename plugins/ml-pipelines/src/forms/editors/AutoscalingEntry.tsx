import { Switch } from '@backstage/ui';
import type { Compute } from '@mlpipe/plugin-ml-pipelines-common';
import { formatNumber } from '../../components/shared/format';
import { useText } from '../../translation';
import { NumberEntry } from '../NodeParametersForm/ParameterField';
import layout from '../../components/shared/FieldRow.module.css';
import page from '../../components/shared/page.module.css';

type Autoscaling = NonNullable<Compute['autoscaling']>;

/** CPU use that the cluster aims at unless said otherwise, in percent. */
const TARGET_CPU_PERCENT = 70;

/** Whether replicas are added under load, up to how many, and by which use of CPU. */
export function AutoscalingEntry(props: {
  value?: Partial<Autoscaling>;
  /** Least number, which the pipeline always has. */
  replicas: number;
  /** Most replicas that the target gives. */
  limit?: number;
  problem?: string;
  /** Why the target cannot do it. */
  refused?: string;
  onChange: (value: Autoscaling | undefined) => void;
}) {
  const { value, replicas, limit, onChange } = props;
  const t = useText();
  const set = (change: Record<string, unknown>) =>
    onChange({ ...value, ...change } as Autoscaling);
  const most = value?.maxReplicas;
  const range = () => {
    if (typeof most !== 'number') {
      return props.problem;
    }
    if (most < replicas) {
      return t('form.compute.autoscaling.below', {
        replicas: String(replicas),
      });
    }
    return limit !== undefined && most > limit
      ? t('form.compute.autoscaling.above', { limit: String(limit) })
      : props.problem;
  };
  return (
    <div className={page.stack}>
      <Switch
        label={t('form.compute.autoscaling')}
        isSelected={value !== undefined}
        onChange={on =>
          onChange(
            on
              ? {
                  maxReplicas: Math.max(
                    replicas,
                    Math.min(limit ?? Infinity, replicas + 2),
                  ),
                  targetCpuPercent: TARGET_CPU_PERCENT,
                }
              : undefined,
          )
        }
      />
      {props.refused && value && <span role="alert">{props.refused}</span>}
      {value && (
        <>
          <div className={layout.grid}>
            <NumberEntry
              label={t('form.compute.autoscaling.most')}
              secondaryLabel={
                limit === undefined
                  ? undefined
                  : t('form.range', {
                      min: formatNumber(replicas),
                      max: formatNumber(limit),
                    })
              }
              value={most}
              problem={range()}
              onChange={maxReplicas => set({ maxReplicas })}
            />
            <NumberEntry
              label={t('form.compute.autoscaling.cpu')}
              secondaryLabel="%"
              value={value.targetCpuPercent}
              placeholder={String(TARGET_CPU_PERCENT)}
              problem={
                typeof value.targetCpuPercent === 'number'
                  ? undefined
                  : props.problem
              }
              onChange={targetCpuPercent => set({ targetCpuPercent })}
            />
          </div>
          <span className={page.muted}>
            {t('form.compute.autoscaling.text')}
          </span>
        </>
      )}
    </div>
  );
}
