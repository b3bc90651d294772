import { createScaffolderFieldExtension } from '@backstage/plugin-scaffolder-react';
import {
  alertsField,
  computeField,
  connectionField,
  environmentField,
  nameField,
  nodeField,
  pickerField,
  reviewField,
  targetField,
  yamlField,
} from '../forms/fields';
import { mlPipelinesPlugin } from './plugin';

// Children of `ScaffolderFieldExtensions`; templates use them by name.

/** @public */
export const MlPipelineNameFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...nameField,
    schema: nameField.schema.schema,
  }),
);
/** @public */
export const MlPipelineTargetFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...targetField,
    schema: targetField.schema.schema,
  }),
);
/** @public */
export const MlPipelineNodeFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...nodeField,
    schema: nodeField.schema.schema,
  }),
);
/** @public */
export const MlPipelineAlertsFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...alertsField,
    schema: alertsField.schema.schema,
  }),
);
/** @public */
export const MlPipelineComputeFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...computeField,
    schema: computeField.schema.schema,
  }),
);
/** @public */
export const MlPipelineEnvironmentFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...environmentField,
    schema: environmentField.schema.schema,
  }),
);
/** @public */
export const MlPipelineYamlFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...yamlField,
    schema: yamlField.schema.schema,
  }),
);
/** @public */
export const MlPipelinePickerFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...pickerField,
    schema: pickerField.schema.schema,
  }),
);
/** @public */
export const MlPipelineReviewFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...reviewField,
    schema: reviewField.schema.schema,
  }),
);
/** @public */
export const MlKubernetesConnectionFieldExtension = mlPipelinesPlugin.provide(
  createScaffolderFieldExtension({
    ...connectionField,
    schema: connectionField.schema.schema,
  }),
);
