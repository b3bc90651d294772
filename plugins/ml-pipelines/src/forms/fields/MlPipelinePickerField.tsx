import { Select } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { QueryState } from '../../components/shared/QueryState';
import { useQuery } from '../../hooks/useQuery';
import { useText } from '../../translation';

/** Value: name of the pipeline. */
export const pickerFieldSchema = makeFieldSchema({ output: z => z.string() });

const MOST = 500;

/** An existing pipeline. */
export function MlPipelinePickerField(props: typeof pickerFieldSchema.TProps) {
  const { formData, onChange, schema } = props;
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const query = useQuery('pipelines', signal =>
    api.listPipelines({ limit: MOST, sort: 'title' }, { signal }),
  );
  return (
    <QueryState query={query} height={80}>
      {({ items }) => (
        <Select
          label={schema.title ?? t('form.picker.title')}
          description={
            items.length ? schema.description : t('form.picker.none')
          }
          size="medium"
          selectionMode="single"
          search
          isRequired={props.required}
          isDisabled={props.disabled || items.length === 0}
          placeholder={t('form.picker.placeholder')}
          options={items.map(({ name, title }) => ({
            id: name,
            label: title === name ? name : `${title} (${name})`,
          }))}
          value={formData ?? null}
          onChange={key => onChange(key === null ? undefined : String(key))}
        />
      )}
    </QueryState>
  );
}
