/**
 * Runs Terraform or OpenTofu as detached processes that a restarted parent can adopt.
 *
 * @packageDocumentation
 */
export * from './TerraformCommand';
export * from './TerraformRunner';
export * from './errors';
export { redactor, type Redact } from './redact';
export { TerraformCommandError } from './TerraformCommandError';
export * from './events/TerraformEvent';
export type { TerraformDiagnostic } from './events/TerraformDiagnostic';
export { parseTerraformEvent } from './events/parseTerraformEvent';
export * from './plan/TerraformPlan';
export { parsePlan } from './plan/parsePlan';
export {
  DetachedTerraformRunner,
  type DetachedTerraformRunnerOptions,
} from './DetachedTerraformRunner';
export {
  TerraformWorkspace,
  DEFAULT_PLAN_FILE,
  type TerraformOutputs,
  type TerraformPlanResult,
  type TerraformValidation,
  type TerraformVersion,
  type TerraformWorkspaceOptions,
} from './TerraformWorkspace';
export { FakeTerraformRunner } from './testing/FakeTerraformRunner';
export type { FakeScript } from './testing/FakeScript';
