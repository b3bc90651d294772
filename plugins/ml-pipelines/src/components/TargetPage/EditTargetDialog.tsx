import { useState } from 'react';
import { Checkbox, TextAreaField, TextField } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { parse, stringify } from 'yaml';
import {
  SaveTargetRequest,
  saveTargetRequestSchema,
  Target,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { fieldCheck } from '../../forms/fieldCheck';
import { NumberEntry } from '../../forms/NodeParametersForm/ParameterField';
import { useText } from '../../translation';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import styles from '../shared/page.module.css';
import monospace from '../../forms/connection/connection.module.css';

/** Changes what may be changed of a target; the backend checks its configuration. */
export function EditTargetDialog(props: {
  target: Target;
  onSaved: () => void;
  onClose: () => void;
}) {
  const { target } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const [form, setForm] = useState({
    title: target.title,
    description: target.description ?? '',
    owner: target.owner ?? '',
    required: target.approval.required,
    freeUpToHourly: target.approval.freeUpToHourly as unknown,
    concurrency: target.concurrency as unknown,
    config: stringify(target.configuration ?? {}),
  });
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const config = configOf(form.config);
  const request = config && {
    kind: target.kind,
    title: form.title.trim() || undefined,
    description: form.description.trim() || undefined,
    owner: form.owner.trim() || undefined,
    config,
    approval: {
      required: form.required,
      freeUpToHourly: form.freeUpToHourly,
    },
    rateCard: target.rateCard,
    concurrency: form.concurrency,
  };
  const parsed = request && saveTargetRequestSchema.safeParse(request);
  const wrong = (path: string) =>
    parsed && !parsed.success
      ? parsed.error.issues.find(issue => issue.path.join('.') === path)
          ?.message
      : undefined;
  return (
    <ConfirmDialog
      title={t('target.edit.title', { name: target.title })}
      confirmLabel={t('common.save')}
      isDisabled={!parsed?.success}
      onConfirm={async () => {
        await api.saveTarget(target.name, request as SaveTargetRequest);
        props.onSaved();
      }}
      onClose={props.onClose}
    >
      <div className={styles.stack}>
        <TextField
          label={t('target.edit.name')}
          value={form.title}
          onChange={title => set({ title })}
          {...fieldCheck(wrong('title'))}
        />
        <TextField
          label={t('target.edit.description')}
          value={form.description}
          onChange={description => set({ description })}
          {...fieldCheck(wrong('description'))}
        />
        <TextField
          label={t('pipeline.status.owner')}
          description={t('target.edit.owner.hint')}
          value={form.owner}
          onChange={owner => set({ owner })}
        />
        <Checkbox
          isSelected={form.required}
          onChange={required => set({ required })}
        >
          {t('target.edit.approval')}
        </Checkbox>
        {form.required && (
          <NumberEntry
            label={t('target.edit.free')}
            secondaryLabel={target.rateCard?.currency}
            value={form.freeUpToHourly}
            problem={wrong('approval.freeUpToHourly')}
            onChange={freeUpToHourly => set({ freeUpToHourly })}
          />
        )}
        <NumberEntry
          label={t('target.fact.concurrency')}
          secondaryLabel={t('form.range', { min: '1', max: '100' })}
          value={form.concurrency}
          problem={wrong('concurrency')}
          onChange={concurrency => set({ concurrency })}
        />
        <TextAreaField
          label={t('target.edit.config')}
          description={t('target.edit.config.hint')}
          rows={10}
          className={monospace.monospace}
          spellCheck="false"
          value={form.config}
          onChange={text => set({ config: text })}
          {...fieldCheck(config ? undefined : t('target.edit.config.invalid'))}
        />
      </div>
    </ConfirmDialog>
  );
}

function configOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parse(text) ?? {};
    return typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
