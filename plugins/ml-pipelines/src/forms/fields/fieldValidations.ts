import type { ApiHolder } from '@backstage/frontend-plugin-api';
import type { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import {
  AlertRule,
  chainDocument,
  Compute,
  formatProblem,
  hasErrors,
  pipelineNameSchema,
  Problem,
  validateParameters,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { ANOMALY_CHAIN } from '../formProperty';
import { catalogue, loadCatalogue } from '../catalogue';
import { computeFits } from '../editors/computeLimits';
import { environmentFits } from '../editors/EnvironmentEditor';
import {
  isServerAddress,
  needsAddress,
  needsCredentials,
} from '../connection/connectionValue';
import { validateAlertRule } from '../validateFields';
import { translate } from './translate';
import type { alertsFieldSchema } from './MlPipelineAlertsField';
import type { computeFieldSchema } from './MlPipelineComputeField';
import {
  environmentFieldSchema,
  environmentValue,
} from './MlPipelineEnvironmentField';
import {
  connectionFieldSchema,
  connectionValue,
} from './MlKubernetesConnectionField';
import { nodeFieldSchema, offeredTypes } from './MlPipelineNodeField';

// What forbids *Next*. The fields show the same problems, each at its entry;
// the texts here are what the form itself lists.

type Options<S> = S extends {
  TProps: { uiSchema: { 'ui:options'?: infer O } };
}
  ? O
  : unknown;
type Validator<S extends { TOutput: unknown }> = CustomFieldValidator<
  S['TOutput'],
  Options<S>
>;

const api = (holder: ApiHolder) => holder.get(mlPipelinesApiRef);

const errors = (problems: readonly Problem[]) =>
  problems.filter(problem => problem.severity === 'error');

export const validateName: CustomFieldValidator<string> = (
  value,
  field,
  { apiHolder },
) => {
  if (!pipelineNameSchema.safeParse(value).success) {
    field.addError(translate(apiHolder, 'problem.schema.format.name.hint'));
  }
};

export const validateTarget: CustomFieldValidator<string> = (
  value,
  field,
  { apiHolder },
) => {
  if (!value) {
    field.addError(translate(apiHolder, 'form.target.required'));
  }
};

export const validatePicker: CustomFieldValidator<string> = (
  value,
  field,
  { apiHolder },
) => {
  if (!value) {
    field.addError(translate(apiHolder, 'form.picker.required'));
  }
};

export const validateNode: Validator<typeof nodeFieldSchema> = async (
  value,
  field,
  { apiHolder, uiSchema },
) => {
  const client = api(apiHolder);
  if (client) {
    await loadCatalogue(client);
  }
  const types = offeredTypes(uiSchema?.['ui:options']?.nodeTypes);
  const type = types.find(other => other.id === value?.type);
  if (!type) {
    field.addError(translate(apiHolder, 'form.noType'));
    return;
  }
  for (const problem of errors(
    validateParameters(type, value.parameters).problems,
  )) {
    const name = problem.parameter ?? '';
    field.addError(
      translate(
        apiHolder,
        `problem.${problem.code}.message`,
        {
          ...problem.params,
          field: translate(
            apiHolder,
            `node.${type.id}.parameter.${name}.title`,
            {},
            name,
          ),
        },
        problem.message,
      ),
    );
  }
};

export const validateAlerts: Validator<typeof alertsFieldSchema> = (
  value,
  field,
  { apiHolder },
) => {
  const rules = (value ?? []) as unknown as AlertRule[];
  for (const problem of rules.flatMap(rule =>
    errors(validateAlertRule(rule)),
  )) {
    field.addError(
      translate(
        apiHolder,
        `problem.${problem.code}.message`,
        problem.params,
        problem.message,
      ),
    );
  }
  if (new Set(rules.map(rule => rule.name)).size < rules.length) {
    field.addError(translate(apiHolder, 'form.alerts.duplicate'));
  }
};

export const validateComputeField: Validator<
  typeof computeFieldSchema
> = async (value, field, { apiHolder, formData, uiSchema }) => {
  const name = formData[uiSchema?.['ui:options']?.targetField ?? 'target'];
  // Where the target cannot be asked, its limits are checked later on.
  const target =
    typeof name === 'string'
      ? await api(apiHolder)
          ?.getTarget(name)
          .catch(() => undefined)
      : undefined;
  if (!computeFits(value as Partial<Compute>, target?.capabilities)) {
    field.addError(translate(apiHolder, 'form.review.blocked'));
  }
};

export const validateEnvironment: Validator<typeof environmentFieldSchema> = (
  value,
  field,
  { apiHolder },
) => {
  if (!environmentFits(environmentValue(value))) {
    field.addError(translate(apiHolder, 'form.review.blocked'));
  }
};

export const validateYaml: CustomFieldValidator<string> = async (
  value,
  field,
  { apiHolder },
) => {
  if (!value?.trim()) {
    field.addError(translate(apiHolder, 'form.yaml.required'));
    return;
  }
  const result = await api(apiHolder)?.validate({ yaml: value });
  for (const problem of errors(result?.problems ?? [])) {
    field.addError(formatProblem(problem));
  }
};

export const validateReview: CustomFieldValidator<
  string,
  { chain?: string[] }
> = async (_value, field, { apiHolder, formData, uiSchema }) => {
  const chain = uiSchema?.['ui:options']?.chain ?? ANOMALY_CHAIN;
  const result = await api(apiHolder)?.validate({
    document: chainDocument(formData, chain, catalogue),
  });
  if (result && hasErrors(result.problems)) {
    field.addError(translate(apiHolder, 'form.review.blocked'));
  }
};

export const validateConnection: Validator<typeof connectionFieldSchema> = (
  value,
  field,
  { apiHolder, formData, uiSchema },
) => {
  const { method, config, credentials } = connectionValue(value);
  if (needsAddress(method) && !isServerAddress(config.apiServer)) {
    field.addError(
      translate(
        apiHolder,
        config.apiServer
          ? 'connection.apiServer.invalid'
          : 'connection.required.address',
      ),
    );
  }
  const name = formData[uiSchema?.['ui:options']?.nameField ?? 'name'];
  if (
    needsCredentials(method) &&
    (!credentials || credentials.target !== name)
  ) {
    field.addError(translate(apiHolder, 'connection.required'));
  }
};
