import { TextField } from '@backstage/ui';
import type {
  Compute,
  RuntimeMode,
  Target,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useProblemText } from '../../components/shared/useProblemText';
import { formatBytes, formatNumber } from '../../components/shared/format';
import { useText } from '../../translation';
import { NumberEntry } from '../NodeParametersForm/ParameterField';
import { validateCompute } from '../validateFields';
import { AutoscalingEntry } from './AutoscalingEntry';
import { computeCost } from './computeLimits';
import layout from '../../components/shared/FieldRow.module.css';
import page from '../../components/shared/page.module.css';

type ComputeInput = Partial<Compute>;

/** Smallest values that the schema of the document takes. */
const MINIMUM = { cpu: 0.1, memoryMiB: 128, replicas: 1, workers: 1 };

/** What one replica may use, within what the target gives. */
export function ComputeEditor(props: {
  value: ComputeInput;
  /** Target whose limits apply; none when unknown. */
  target?: Target;
  /** How the pipeline runs; what only suits other modes is left out. */
  mode?: RuntimeMode;
  onChange: (value: ComputeInput) => void;
}) {
  const { value, target, mode, onChange } = props;
  const t = useText();
  const problemText = useProblemText();
  const problems = validateCompute(value);
  const limits = target?.capabilities;

  const words = (field: keyof Compute, label: string) => {
    const problem = problems.find(p => p.parameter === field);
    return problem && problemText(problem, label).message;
  };
  const above = (wanted: unknown, limit: number | undefined, text: string) =>
    target &&
    limit !== undefined &&
    typeof wanted === 'number' &&
    wanted > limit
      ? t('form.compute.limit', { target: target.title, limit: text })
      : undefined;
  const entry = (
    field: 'cpu' | 'memoryMiB' | 'replicas' | 'workers',
    label: string,
    unit: string | undefined,
    limit: number | undefined,
    limitText: string,
    placeholder: string,
    description?: string,
  ) => (
    <NumberEntry
      label={label}
      description={description}
      secondaryLabel={[
        unit,
        limit === undefined
          ? undefined
          : t('form.range', {
              min: formatNumber(MINIMUM[field]),
              max: formatNumber(limit),
            }),
      ]
        .filter(Boolean)
        .join(', ')}
      value={value[field]}
      placeholder={placeholder}
      problem={words(field, label) ?? above(value[field], limit, limitText)}
      onChange={next => onChange({ ...value, [field]: next })}
    />
  );
  const gpus = limits?.maxGpus ?? 0;
  const workers = limits?.maxWorkers ?? 1;
  const scales = mode === undefined || mode === 'serve';
  const cost = computeCost(value, target?.rateCard);
  return (
    <div className={page.stack}>
      <div className={layout.grid}>
        {entry(
          'cpu',
          t('form.compute.cpu'),
          t('form.compute.cpu.unit'),
          limits?.maxCpu,
          formatNumber(limits?.maxCpu ?? 0),
          '1',
        )}
        {entry(
          'memoryMiB',
          t('form.compute.memory'),
          'MiB',
          limits?.maxMemoryMiB,
          formatBytes((limits?.maxMemoryMiB ?? 0) * 1024 ** 2),
          '1024',
        )}
        {entry(
          'replicas',
          t('form.compute.replicas'),
          undefined,
          limits?.maxReplicas,
          String(limits?.maxReplicas ?? 0),
          '1',
        )}
        {(gpus > 0 || value.gpu) && (
          <NumberEntry
            label={t('form.compute.gpu')}
            secondaryLabel={t('form.range', { min: '0', max: String(gpus) })}
            value={value.gpu?.count}
            placeholder="0"
            problem={
              words('gpu', t('form.compute.gpu')) ??
              above(value.gpu?.count, gpus, String(gpus))
            }
            onChange={next => {
              const { gpu, ...others } = value;
              onChange(
                next === undefined || next === 0
                  ? others
                  : { ...others, gpu: { ...gpu, count: next as number } },
              );
            }}
          />
        )}
        {value.gpu && (
          <TextField
            label={t('form.compute.gpuType')}
            description={t('form.compute.gpuType.hint')}
            value={value.gpu.type ?? ''}
            onChange={type =>
              onChange({
                ...value,
                gpu: { count: value.gpu?.count ?? 1, type: type || undefined },
              })
            }
          />
        )}
        {(workers > 1 || (value.workers ?? 1) > 1) &&
          entry(
            'workers',
            t('form.compute.workers'),
            undefined,
            limits && workers,
            String(workers),
            '1',
            t('form.compute.workers.hint'),
          )}
      </div>
      {((scales && limits?.autoscaling) || value.autoscaling) && (
        <AutoscalingEntry
          value={value.autoscaling}
          replicas={value.replicas ?? 1}
          limit={limits?.maxReplicas}
          problem={words('autoscaling', t('form.compute.autoscaling'))}
          refused={
            limits && !limits.autoscaling
              ? t('form.compute.autoscaling.none', {
                  target: target?.title ?? '',
                })
              : undefined
          }
          onChange={autoscaling => {
            const { autoscaling: _, ...others } = value;
            onChange(autoscaling ? { ...others, autoscaling } : others);
          }}
        />
      )}
      {cost && (
        <div className={page.muted} aria-live="polite">
          {[
            t('form.compute.cost', {
              cost: `${formatNumber(cost.hourly, 3)} ${cost.currency}`,
            }),
            cost.maxHourly === undefined
              ? undefined
              : t('deployment.cost.most', {
                  cost: `${formatNumber(cost.maxHourly, 3)} ${cost.currency}`,
                }),
          ]
            .filter(Boolean)
            .join(', ')}
        </div>
      )}
    </div>
  );
}
