export type { AttemptGuard } from './AttemptGuard';
export {
  createTerraformStateRouter,
  TERRAFORM_STATE_PATH,
  type TerraformStateRouterOptions,
} from './createTerraformStateRouter';
export { DatabaseTerraformStateStore } from './DatabaseTerraformStateStore';
export {
  LockRequiredError,
  StaleAttemptError,
  StateLockedError,
} from './errors';
export { saveErroredState } from './saveErroredState';
export { terraformHttpEnv } from './terraformHttpEnv';
export type { TerraformLockInfo } from './TerraformLockInfo';
export type {
  TerraformStateChange,
  TerraformStateLock,
  TerraformStateStore,
  TerraformStateVersion,
  TokenCheck,
} from './TerraformStateStore';
