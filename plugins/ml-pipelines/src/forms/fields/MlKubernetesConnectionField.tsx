import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import { useText } from '../../translation';
import { ConnectionEditor } from '../connection/ConnectionEditor';
import {
  CONNECTION_METHODS,
  ConnectionValue,
} from '../connection/connectionValue';
import { formValues } from '../formValues';
import { FieldFrame } from './FieldFrame';

/**
 * Value: how to reach a cluster, never a credential. Templates hand `config`
 * on as part of the target's configuration. `nameField` names the property
 * with the name of the target (`name` when absent); `configFields` those that
 * are further parts of the configuration, by their own names.
 */
export const connectionFieldSchema = makeFieldSchema({
  output: z =>
    z.object({
      method: z.enum(CONNECTION_METHODS),
      config: z.object({
        apiServer: z.string().optional(),
        caData: z.string().optional(),
        skipTlsVerify: z.boolean().optional(),
        inCluster: z.boolean().optional(),
        context: z.string().optional(),
      }),
      cluster: z.string().optional(),
      credentials: z
        .object({ target: z.string(), version: z.number() })
        .optional(),
    }),
  uiOptions: z =>
    z.object({
      nameField: z.string().optional(),
      configFields: z.array(z.string()).optional(),
    }),
});

/** The value with its parts, whatever the form holds so far. */
export function connectionValue(
  formData: Partial<ConnectionValue> | undefined,
): ConnectionValue {
  return {
    ...formData,
    method: formData?.method ?? 'kubeconfig',
    config: formData?.config ?? {},
  };
}

/** Where the check looks while the form names no namespace yet. */
const DEFAULT_NAMESPACE = { name: 'ml-pipelines' };

/** How the portal reaches a cluster, checked against the cluster itself. */
export function MlKubernetesConnectionField(
  props: typeof connectionFieldSchema.TProps,
) {
  const { formData, onChange, schema, uiSchema, formContext } = props;
  const t = useText();
  const options = uiSchema?.['ui:options'];
  const form: Record<string, unknown> = { ...formValues(formContext) };
  const name = form[options?.nameField ?? 'name'];
  const config = Object.fromEntries(
    (options?.configFields ?? [])
      .map(key => [key, form[key]])
      .filter(([, value]) => value !== undefined),
  );
  return (
    <FieldFrame
      title={schema.title ?? t('connection.title')}
      description={schema.description}
    >
      <ConnectionEditor
        value={connectionValue(formData)}
        onChange={onChange}
        target={typeof name === 'string' ? name : undefined}
        config={{ namespace: DEFAULT_NAMESPACE, ...config }}
      />
    </FieldFrame>
  );
}
