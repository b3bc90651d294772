import { useId, useMemo, useRef } from 'react';
import { Alert, Button, Text } from '@backstage/ui';
import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { ProblemList } from '../../components/shared/ProblemList';
import { StatusLabel } from '../../components/shared/StatusLabel';
import { useText } from '../../translation';
import { FieldFrame } from './FieldFrame';
import { useValidation } from './useValidation';
import styles from './MlPipelineYamlField.module.css';

/** Value: the YAML as text. */
export const yamlFieldSchema = makeFieldSchema({ output: z => z.string() });

/** Text of a whole pipeline, with problems at their lines. */
export function MlPipelineYamlField(props: typeof yamlFieldSchema.TProps) {
  const { formData = '', onChange, schema } = props;
  const t = useText();
  const id = useId();
  const gutter = useRef<HTMLDivElement>(null);
  const validation = useValidation(
    formData.trim() ? JSON.stringify({ yaml: formData }) : undefined,
  );
  const problems = formData.trim() ? validation.problems ?? [] : [];
  const lines = useMemo(() => formData.split('\n').length, [formData]);
  const wrong = new Set(problems.map(p => p.line));
  return (
    <FieldFrame
      title={schema.title ?? t('form.yaml.title')}
      description={schema.description}
    >
      <div className={styles.editor}>
        <div ref={gutter} className={styles.gutter} aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <div key={index} data-wrong={wrong.has(index + 1) || undefined}>
              {index + 1}
            </div>
          ))}
        </div>
        <textarea
          className={styles.text}
          aria-label={schema.title ?? t('form.yaml.title')}
          aria-describedby={`${id}-problems`}
          aria-invalid={problems.length > 0}
          wrap="off"
          rows={24}
          spellCheck={false}
          disabled={props.disabled}
          value={formData}
          onChange={event => onChange(event.target.value || undefined)}
          onScroll={event => {
            if (gutter.current) {
              gutter.current.scrollTop = event.currentTarget.scrollTop;
            }
          }}
        />
      </div>
      <div id={`${id}-problems`} aria-live="polite">
        {validation.error && (
          <Alert
            status="warning"
            icon
            title={t('form.review.unreachable')}
            description={validation.error.message}
            customActions={
              <Button size="small" onPress={validation.retry}>
                {t('common.retry')}
              </Button>
            }
          />
        )}
        {problems.length > 0 && (
          <ProblemList problems={problems} label={t('form.review.problems')} />
        )}
        {formData.trim() && problems.length === 0 && !validation.error && (
          <Text as="span">
            {validation.checking ? (
              t('form.review.checking')
            ) : (
              <StatusLabel state="ready" text={t('form.review.fits')} />
            )}
          </Text>
        )}
      </div>
    </FieldFrame>
  );
}
