import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { useText } from '../../translation';
import {
  EnvironmentEditor,
  EnvironmentValue,
} from '../editors/EnvironmentEditor';
import { FieldFrame } from './FieldFrame';

/** Value: plain variables, and names of secrets; never a secret's value. */
export const environmentFieldSchema = makeFieldSchema({
  output: z =>
    z.object({
      environment: z.array(z.object({ name: z.string(), value: z.string() })),
      secrets: z.array(z.object({ env: z.string(), name: z.string() })),
    }),
});

/** The value with both lists, whatever the form holds so far. */
export function environmentValue(
  formData: Partial<EnvironmentValue> | undefined,
): EnvironmentValue {
  return {
    environment: formData?.environment ?? [],
    secrets: formData?.secrets ?? [],
  };
}

/** Environment variables and secrets that the pipeline gets. */
export function MlPipelineEnvironmentField(
  props: typeof environmentFieldSchema.TProps,
) {
  const t = useText();
  return (
    <FieldFrame
      title={props.schema.title ?? t('form.step.environment')}
      description={props.schema.description}
    >
      <EnvironmentEditor
        value={environmentValue(props.formData)}
        onChange={props.onChange}
      />
    </FieldFrame>
  );
}
