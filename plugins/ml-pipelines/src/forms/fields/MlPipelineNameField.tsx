import { useState } from 'react';
import { TextField } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { useDebounce } from 'react-use';
import { pipelineNameSchema } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useDynamicText, useText } from '../../translation';
import { problemKey } from '../../translations/en/problems';
import { fieldCheck } from '../fieldCheck';
import page from '../../components/shared/page.module.css';

/** Value: the name as text. */
export const nameFieldSchema = makeFieldSchema({ output: z => z.string() });

/** Name of a pipeline, checked as it is typed; says when it is taken already. */
export function MlPipelineNameField(props: typeof nameFieldSchema.TProps) {
  const { formData = '', onChange, schema } = props;
  const t = useText();
  const dynamic = useDynamicText();
  const api = useApi(mlPipelinesApiRef);
  const [taken, setTaken] = useState<string>();
  const fits = pipelineNameSchema.safeParse(formData).success;

  useDebounce(
    () => {
      if (!fits) {
        return;
      }
      // Any failure means no more than that nothing can be said about it.
      api.getPipeline(formData).then(
        () => setTaken(formData),
        () => setTaken(undefined),
      );
    },
    400,
    [formData, fits, api],
  );
  return (
    <div className={page.tight}>
      <TextField
        label={schema.title ?? t('form.name.title')}
        description={schema.description}
        isRequired={props.required}
        secondaryLabel={props.required ? t('common.required') : undefined}
        isDisabled={props.disabled}
        // Only where the template asks for it (ui:autofocus).
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={props.autofocus}
        maxLength={40}
        value={formData}
        onChange={value => onChange(value || undefined)}
        {...fieldCheck(
          formData && !fits
            ? dynamic(problemKey('schema.format.name', 'hint'), '', {
                value: formData,
              })
            : undefined,
        )}
      />
      <div className={page.muted} aria-live="polite">
        {taken === formData && formData ? t('form.name.exists') : ''}
      </div>
    </div>
  );
}
