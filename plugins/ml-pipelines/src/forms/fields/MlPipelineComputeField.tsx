import { useEffect } from 'react';
import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import type { Compute } from '@mlpipe/plugin-ml-pipelines-common';
import { useTargets } from '../../hooks/useTargets';
import { useText } from '../../translation';
import { ComputeEditor } from '../editors/ComputeEditor';
import { formValues } from '../formValues';
import { FieldFrame } from './FieldFrame';

/** Value: `compute` of the pipeline's spec; `targetField` names the property that holds the target. */
export const computeFieldSchema = makeFieldSchema({
  output: z => z.record(z.unknown()),
  uiOptions: z => z.object({ targetField: z.string().optional() }),
});

const DEFAULT = { cpu: 1, memoryMiB: 1024, replicas: 1 };

/** What one replica may use, within the limits of the chosen target. */
export function MlPipelineComputeField(
  props: typeof computeFieldSchema.TProps,
) {
  const { formData, onChange, schema, uiSchema, formContext } = props;
  const t = useText();
  const targets = useTargets();
  const property = uiSchema?.['ui:options']?.targetField ?? 'target';
  const name = formValues(formContext)[property];
  const isEmpty = !formData || Object.keys(formData).length === 0;
  useEffect(() => {
    if (isEmpty) {
      onChange(DEFAULT);
    }
  });
  return (
    <FieldFrame
      title={schema.title ?? t('edit.compute')}
      description={schema.description}
    >
      <ComputeEditor
        value={(formData ?? DEFAULT) as Partial<Compute>}
        target={targets.value?.find(target => target.name === name)}
        onChange={next => onChange({ ...next })}
      />
    </FieldFrame>
  );
}
