import {
  createFormField,
  FormFieldBlueprint,
} from '@backstage/plugin-scaffolder-react/alpha';

const fields = () => import('../forms/fields');

/** Fields that templates use by name (`ui:field`). */
export const formFields = [
  FormFieldBlueprint.make({
    name: 'ml-pipeline-name',
    params: { field: async () => createFormField((await fields()).nameField) },
  }),
  FormFieldBlueprint.make({
    name: 'ml-pipeline-target',
    params: {
      field: async () => createFormField((await fields()).targetField),
    },
  }),
  FormFieldBlueprint.make({
    name: 'ml-pipeline-node',
    params: { field: async () => createFormField((await fields()).nodeField) },
  }),
  FormFieldBlueprint.make({
    name: 'ml-pipeline-alerts',
    params: {
      field: async () => createFormField((await fields()).alertsField),
    },
  }),
  FormFieldBlueprint.make({
    name: 'ml-pipeline-compute',
    params: {
      field: async () => createFormField((await fields()).computeField),
    },
  }),
  FormFieldBlueprint.make({
    name: 'ml-pipeline-environment',
    params: {
      field: async () => createFormField((await fields()).environmentField),
    },
  }),
  FormFieldBlueprint.make({
    name: 'ml-pipeline-yaml',
    params: { field: async () => createFormField((await fields()).yamlField) },
  }),
  FormFieldBlueprint.make({
    name: 'ml-pipeline-picker',
    params: {
      field: async () => createFormField((await fields()).pickerField),
    },
  }),
  FormFieldBlueprint.make({
    name: 'ml-pipeline-review',
    params: {
      field: async () => createFormField((await fields()).reviewField),
    },
  }),
  FormFieldBlueprint.make({
    name: 'ml-kubernetes-connection',
    params: {
      field: async () => createFormField((await fields()).connectionField),
    },
  }),
];
