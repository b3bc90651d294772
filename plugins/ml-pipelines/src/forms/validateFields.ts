import {
  alertRuleSchema,
  computeSchema,
  defineNodeType,
  Problem,
  validateParameters,
} from '@mlpipe/plugin-ml-pipelines-common';

// Parts of the document are checked by the code that checks parameters of
// nodes, so that their problems have the same codes and texts.
const part = {
  category: 'deploy' as const,
  title: '',
  description: '',
  inputs: [],
  outputs: [],
};
const alertPart = defineNodeType({
  ...part,
  id: 'alert-rule',
  parameters: alertRuleSchema,
});
const computePart = defineNodeType({
  ...part,
  id: 'compute',
  parameters: computeSchema,
});

/** What is wrong with an alert rule; `parameter` names its field. */
export function validateAlertRule(rule: unknown): Problem[] {
  return validateParameters(alertPart, rule).problems;
}

/** What is wrong with requested resources; `parameter` names the field. */
export function validateCompute(compute: unknown): Problem[] {
  return validateParameters(computePart, compute).problems;
}
