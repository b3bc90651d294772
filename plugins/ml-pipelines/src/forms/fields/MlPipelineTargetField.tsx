import { useEffect } from 'react';
import { Select } from '@backstage/ui';
import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { QueryState } from '../../components/shared/QueryState';
import { StatusLabel } from '../../components/shared/StatusLabel';
import { formatBytes, formatNumber } from '../../components/shared/format';
import { useTargets } from '../../hooks/useTargets';
import { useText } from '../../translation';
import page from '../../components/shared/page.module.css';

/** Value: name of the target. */
export const targetFieldSchema = makeFieldSchema({ output: z => z.string() });

/** Where the pipeline runs; chooses by itself when there is only one place. */
export function MlPipelineTargetField(props: typeof targetFieldSchema.TProps) {
  const { formData, onChange, schema } = props;
  const t = useText();
  const query = useTargets();
  const only = query.value?.length === 1 ? query.value[0].name : undefined;
  useEffect(() => {
    if (!formData && only) {
      onChange(only);
    }
  });
  return (
    <QueryState query={query} height={80}>
      {targets => {
        const chosen = targets.find(target => target.name === formData);
        const limits = chosen?.capabilities;
        return (
          <div className={page.stack}>
            <Select
              label={schema.title ?? t('form.target.title')}
              description={schema.description}
              size="medium"
              selectionMode="single"
              isRequired={props.required}
              isDisabled={props.disabled || targets.length === 0}
              placeholder={t('form.target.placeholder')}
              options={targets.map(target => ({
                id: target.name,
                label: `${target.title} (${target.kind})`,
              }))}
              value={formData ?? null}
              onChange={key => onChange(key === null ? undefined : String(key))}
            />
            {targets.length === 0 && (
              <span role="status">{t('form.target.none')}</span>
            )}
            {chosen && limits && (
              <div className={page.tight} aria-live="polite">
                <StatusLabel
                  state={chosen.status.ready ? 'ready' : 'notReady'}
                  text={
                    chosen.status.ready
                      ? t('targets.ready')
                      : t('form.target.notReady', {
                          reason: chosen.status.reason ?? t('common.unknown'),
                        })
                  }
                />
                <span className={page.muted}>
                  {[
                    chosen.description,
                    t('targets.limits', {
                      cpu: formatNumber(limits.maxCpu),
                      memory: formatBytes(limits.maxMemoryMiB * 1024 ** 2),
                      replicas: String(limits.maxReplicas),
                    }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </div>
            )}
          </div>
        );
      }}
    </QueryState>
  );
}
