import { useEffect } from 'react';
import { Alert, Radio, RadioGroup, Text } from '@backstage/ui';
import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';
import type { NodeType } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { catalogue } from '../catalogue';
import { useCatalogue } from '../useCatalogue';
import { defaultParameters } from '../describeParameters';
import { NodeParametersForm } from '../NodeParametersForm/NodeParametersForm';
import { useNodeText } from '../useNodeText';
import { FieldFrame } from './FieldFrame';
import styles from './FieldFrame.module.css';

/** Value: `{ type, parameters }`; `nodeTypes` lists the types to choose from. */
export const nodeFieldSchema = makeFieldSchema({
  output: z =>
    z.object({ type: z.string(), parameters: z.record(z.unknown()) }),
  uiOptions: z =>
    z.object({
      nodeTypes: z
        .union([z.string(), z.array(z.string())])
        .describe('One or several ids of the node catalogue.'),
    }),
});

const idsOf = (nodeTypes: unknown): unknown[] =>
  Array.isArray(nodeTypes) ? nodeTypes : [nodeTypes];

/** The types that a template lets one choose from, as far as they are known. */
export function offeredTypes(nodeTypes: unknown): NodeType[] {
  return idsOf(nodeTypes).flatMap(id => {
    const type = catalogue.get(String(id));
    return type ? [type] : [];
  });
}

/** One node: its type, where there is a choice, and its parameters. */
export function MlPipelineNodeField(props: typeof nodeFieldSchema.TProps) {
  const { formData, onChange, schema, uiSchema, rawErrors = [] } = props;
  const t = useText();
  const text = useNodeText();
  const { loading } = useCatalogue();
  const { nodeTypes } = uiSchema?.['ui:options'] ?? {};
  const types = offeredTypes(nodeTypes);
  // A type of a module is not replaced while it is on its way.
  const arrives = loading && types.length < idsOf(nodeTypes).length;
  const type = types.find(other => other.id === formData?.type);

  // Runs after each render: fields of one step that set themselves at the same
  // time overwrite each other in the form, until each has had its turn.
  useEffect(() => {
    if (arrives && !type) {
      return;
    }
    if (!type && types.length) {
      onChange({ type: types[0].id, parameters: defaultParameters(types[0]) });
    } else if (type && !formData?.parameters) {
      onChange({ type: type.id, parameters: defaultParameters(type) });
    }
  });

  if (types.length === 0 && arrives) {
    return <Text as="p">{t('form.loadingTypes')}</Text>;
  }
  if (types.length === 0) {
    return <Alert status="danger" icon title={t('form.noType')} />;
  }
  return (
    <FieldFrame
      title={schema.title}
      description={
        schema.description ??
        (types.length === 1 ? text.description(types[0]) : undefined)
      }
    >
      {types.length > 1 && (
        <RadioGroup
          aria-label={schema.title ?? t('form.type')}
          isDisabled={props.disabled}
          value={type?.id ?? null}
          onChange={id => {
            const next = types.find(other => other.id === id);
            if (next && next.id !== type?.id) {
              onChange({ type: next.id, parameters: defaultParameters(next) });
            }
          }}
        >
          <div className={styles.types}>
            {types.map(other => (
              <Radio key={other.id} value={other.id} className={styles.type}>
                <span className={styles.typeText}>
                  <Text as="span" weight="bold">
                    {text.title(other)}
                  </Text>
                  <Text as="span" variant="body-small" color="secondary">
                    {text.description(other)}
                  </Text>
                </span>
              </Radio>
            ))}
          </div>
        </RadioGroup>
      )}
      {type && formData?.parameters && (
        <NodeParametersForm
          key={type.id}
          type={type}
          value={formData.parameters}
          isDisabled={props.disabled}
          showMissing={rawErrors.length > 0}
          onChange={parameters => onChange({ type: type.id, parameters })}
        />
      )}
    </FieldFrame>
  );
}
