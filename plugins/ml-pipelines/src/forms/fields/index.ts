import {
  alertsFieldSchema,
  MlPipelineAlertsField,
} from './MlPipelineAlertsField';
import {
  connectionFieldSchema,
  MlKubernetesConnectionField,
} from './MlKubernetesConnectionField';
import {
  computeFieldSchema,
  MlPipelineComputeField,
} from './MlPipelineComputeField';
import {
  environmentFieldSchema,
  MlPipelineEnvironmentField,
} from './MlPipelineEnvironmentField';
import {
  validateAlerts,
  validateComputeField,
  validateConnection,
  validateEnvironment,
  validateName,
  validateNode,
  validatePicker,
  validateReview,
  validateTarget,
  validateYaml,
} from './fieldValidations';
import { MlPipelineNameField, nameFieldSchema } from './MlPipelineNameField';
import { MlPipelineNodeField, nodeFieldSchema } from './MlPipelineNodeField';
import {
  MlPipelinePickerField,
  pickerFieldSchema,
} from './MlPipelinePickerField';
import {
  MlPipelineReviewField,
  reviewFieldSchema,
} from './MlPipelineReviewField';
import {
  MlPipelineTargetField,
  targetFieldSchema,
} from './MlPipelineTargetField';
import { MlPipelineYamlField, yamlFieldSchema } from './MlPipelineYamlField';

// Each is what both frontend systems need to know of one form field.

export const nameField = {
  name: 'MlPipelineName',
  component: MlPipelineNameField,
  schema: nameFieldSchema,
  validation: validateName,
};
export const targetField = {
  name: 'MlPipelineTarget',
  component: MlPipelineTargetField,
  schema: targetFieldSchema,
  validation: validateTarget,
};
export const nodeField = {
  name: 'MlPipelineNode',
  component: MlPipelineNodeField,
  schema: nodeFieldSchema,
  validation: validateNode,
};
export const alertsField = {
  name: 'MlPipelineAlerts',
  component: MlPipelineAlertsField,
  schema: alertsFieldSchema,
  validation: validateAlerts,
};
export const computeField = {
  name: 'MlPipelineCompute',
  component: MlPipelineComputeField,
  schema: computeFieldSchema,
  validation: validateComputeField,
};
export const environmentField = {
  name: 'MlPipelineEnvironment',
  component: MlPipelineEnvironmentField,
  schema: environmentFieldSchema,
  validation: validateEnvironment,
};
export const yamlField = {
  name: 'MlPipelineYaml',
  component: MlPipelineYamlField,
  schema: yamlFieldSchema,
  validation: validateYaml,
};
export const pickerField = {
  name: 'MlPipelinePicker',
  component: MlPipelinePickerField,
  schema: pickerFieldSchema,
  validation: validatePicker,
};
export const reviewField = {
  name: 'MlPipelineReview',
  component: MlPipelineReviewField,
  schema: reviewFieldSchema,
  validation: validateReview,
};
export const connectionField = {
  name: 'MlKubernetesConnection',
  component: MlKubernetesConnectionField,
  schema: connectionFieldSchema,
  validation: validateConnection,
};
