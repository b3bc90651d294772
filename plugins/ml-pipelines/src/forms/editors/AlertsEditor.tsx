import { Button, Select, TextField } from '@backstage/ui';
import { RiAddLine, RiDeleteBinLine } from '@remixicon/react';
import {
  ALERT_METRICS,
  AlertRule,
  Problem,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useProblemText } from '../../components/shared/useProblemText';
import { TextKey, useDynamicText, useText } from '../../translation';
import { metricKey } from '../../translations/catalogueMessages';
import { fieldCheck } from '../fieldCheck';
import { NumberEntry } from '../NodeParametersForm/ParameterField';
import { validateAlertRule } from '../validateFields';
import layout from '../../components/shared/FieldRow.module.css';
import page from '../../components/shared/page.module.css';
import styles from './editors.module.css';

const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** Rules that raise alerts. */
export function AlertsEditor(props: {
  value: AlertRule[];
  onChange: (value: AlertRule[]) => void;
}) {
  const { value, onChange } = props;
  const t = useText();
  const add = () => {
    const names = new Set(value.map(rule => rule.name));
    let number = value.length + 1;
    while (names.has(`alert-${number}`)) {
      number += 1;
    }
    onChange([
      ...value,
      {
        name: `alert-${number}`,
        metric: 'anomalies_per_minute',
        operator: '>',
        threshold: 10,
        forSeconds: 60,
        noData: 'ok',
        severity: 'warning',
      },
    ]);
  };
  return (
    <div className={page.stack}>
      {value.length === 0 && (
        <span className={page.muted}>{t('form.alerts.none')}</span>
      )}
      {value.map((rule, index) => (
        <RuleFields
          // Rules have no identity of their own; names change as they are typed.
          // eslint-disable-next-line react/no-array-index-key
          key={index}
          rule={rule}
          number={index + 1}
          isDuplicate={value.findIndex(r => r.name === rule.name) < index}
          onChange={next =>
            onChange(value.map((old, i) => (i === index ? next : old)))
          }
          onRemove={() => onChange(value.filter((_, i) => i !== index))}
        />
      ))}
      <div>
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiAddLine />}
          onPress={add}
        >
          {t('form.alerts.add')}
        </Button>
      </div>
    </div>
  );
}

function RuleFields(props: {
  rule: AlertRule;
  number: number;
  isDuplicate: boolean;
  onChange: (rule: AlertRule) => void;
  onRemove: () => void;
}) {
  const { rule } = props;
  const t = useText();
  const dynamic = useDynamicText();
  const problemText = useProblemText();
  const problems = validateAlertRule(rule);
  const words = (field: keyof AlertRule, label: string) => {
    const problem: Problem | undefined = problems.find(
      p => p.parameter === field,
    );
    if (!problem) {
      return undefined;
    }
    const { message, hint } = problemText(problem, label);
    return `${message} ${hint}`.trim();
  };
  const set = (change: { [K in keyof AlertRule]?: unknown }) =>
    props.onChange({ ...rule, ...change } as AlertRule);
  const unit = ALERT_METRICS[rule.metric]?.unit;
  return (
    <fieldset className={styles.item}>
      <legend className={styles.legend}>
        {t('form.alerts.item', { number: String(props.number) })}
      </legend>
      <div className={layout.grid}>
        <TextField
          label={t('form.alerts.name')}
          value={rule.name ?? ''}
          onChange={name => set({ name })}
          {...fieldCheck(
            words('name', t('form.alerts.name')) ??
              (props.isDuplicate ? t('form.alerts.duplicate') : undefined),
          )}
        />
        <Select
          label={t('form.alerts.metric')}
          size="medium"
          options={Object.values(ALERT_METRICS).map(metric => ({
            id: metric.id,
            label: dynamic(metricKey(metric.id), metric.title),
          }))}
          selectionMode="single"
          value={rule.metric}
          onChange={metric => set({ metric })}
        />
        <Select
          label={t('form.alerts.operator')}
          size="medium"
          options={[
            { id: '>', label: t('form.alerts.above') },
            { id: '<', label: t('form.alerts.below') },
          ]}
          selectionMode="single"
          value={rule.operator}
          onChange={operator => set({ operator })}
        />
        <NumberEntry
          label={t('form.alerts.threshold')}
          secondaryLabel={unit}
          value={rule.threshold}
          problem={words('threshold', t('form.alerts.threshold'))}
          onChange={threshold => set({ threshold })}
        />
        <NumberEntry
          label={t('form.alerts.for')}
          secondaryLabel="s"
          placeholder="60"
          value={rule.forSeconds}
          problem={words('forSeconds', t('form.alerts.for'))}
          onChange={forSeconds => set({ forSeconds })}
        />
        <Select
          label={t('form.alerts.severity')}
          size="medium"
          options={SEVERITIES.map(id => ({
            id,
            label: t(`severity.${id}` as TextKey),
          }))}
          selectionMode="single"
          value={rule.severity}
          onChange={severity => set({ severity })}
        />
        <Select
          label={t('form.alerts.noData')}
          size="medium"
          options={[
            { id: 'ok', label: t('form.alerts.noData.ok') },
            { id: 'alerting', label: t('form.alerts.noData.alerting') },
          ]}
          selectionMode="single"
          value={rule.noData ?? 'ok'}
          onChange={noData => set({ noData })}
        />
        <TextField
          className={layout.wide}
          label={t('form.alerts.summary')}
          secondaryLabel={t('common.optional')}
          value={rule.summary ?? ''}
          onChange={summary => set({ summary: summary || undefined })}
          {...fieldCheck(words('summary', t('form.alerts.summary')))}
        />
      </div>
      <div>
        <Button
          size="small"
          variant="tertiary"
          iconStart={<RiDeleteBinLine />}
          onPress={props.onRemove}
        >
          {t('form.alerts.remove', { name: rule.name ?? '' })}
        </Button>
      </div>
    </fieldset>
  );
}
