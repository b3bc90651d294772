import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import type { AlertRule } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { AlertsEditor } from '../editors/AlertsEditor';
import { FieldFrame } from './FieldFrame';

/** Value: list of alert rules of the pipeline's spec. */
export const alertsFieldSchema = makeFieldSchema({
  output: z => z.array(z.record(z.unknown())),
});

/** When the owner is told. */
export function MlPipelineAlertsField(props: typeof alertsFieldSchema.TProps) {
  const t = useText();
  const rules = props.formData ?? [];
  return (
    <FieldFrame
      title={props.schema.title ?? t('edit.alerts')}
      description={props.schema.description}
    >
      <AlertsEditor
        // Whatever is wrong in there is shown at its field.
        value={rules as unknown as AlertRule[]}
        onChange={next => props.onChange(next.map(rule => ({ ...rule })))}
      />
    </FieldFrame>
  );
}
