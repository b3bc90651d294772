import { useEffect } from 'react';
import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import type {
  Compute,
  NodeCatalogue,
  RuntimeMode,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useTargets } from '../../hooks/useTargets';
import { useText } from '../../translation';
import { ComputeEditor } from '../editors/ComputeEditor';
import { formValues } from '../formValues';
import { useCatalogue } from '../useCatalogue';
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
  const { catalogue } = useCatalogue();
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
        mode={modeOf(formValues(formContext), catalogue)}
        target={targets.value?.find(target => target.name === name)}
        onChange={next => onChange({ ...next })}
      />
    </FieldFrame>
  );
}

/** How the pipeline of a form runs, by the node that deploys it; undefined before that is chosen. */
function modeOf(
  form: Record<string, unknown>,
  catalogue: NodeCatalogue,
): RuntimeMode | undefined {
  return Object.values(form)
    .map(value =>
      typeof value === 'object' &&
      value !== null &&
      'type' in value &&
      typeof value.type === 'string'
        ? catalogue.get(value.type)?.mode
        : undefined,
    )
    .find(mode => mode !== undefined);
}
