/** Options that plan, apply and destroy share. @public */
export interface TerraformOperationOptions {
  /** `-lock-timeout`, seconds to wait for a state lock that someone else holds. Default 0. */
  lockTimeoutSeconds?: number;
  /** `-parallelism`, number of concurrent operations. Terraform's default is 10. */
  parallelism?: number;
  /** Files for `-var-file`. Values of variables that are secret belong into `TF_VAR_*` of the environment. */
  varFiles?: string[];
  /** Addresses for `-target`. */
  targets?: string[];
}

/** `terraform init` @public */
export interface InitCommand {
  kind: 'init';
  /** `-upgrade`, look for newer providers than those in the lock file. Default false. */
  upgrade?: boolean;
  /** `-reconfigure`, forget an earlier backend configuration. Default false. */
  reconfigure?: boolean;
  /** `-backend=false`, for validation without a state. Default true. */
  backend?: boolean;
  /** `-plugin-dir`, use only providers found there. */
  pluginDir?: string;
  /** `-lockfile=readonly`, fail instead of changing `.terraform.lock.hcl`. Default false. */
  readonlyLockFile?: boolean;
  /** `-json`. Default true; false for OpenTofu releases that do not know it. */
  json?: boolean;
}

/** `terraform plan`; always with `-detailed-exitcode` (0 no change, 1 error, 2 changes). @public */
export interface PlanCommand extends TerraformOperationOptions {
  kind: 'plan';
  /** File for the saved plan, relative to the working directory. It holds sensitive values in clear. */
  out?: string;
  /** Plan the destruction of everything. Default false. */
  destroy?: boolean;
  /** Only compare the state with reality. Default false. */
  refreshOnly?: boolean;
  /** `-refresh=false` when false. Default true. */
  refresh?: boolean;
  /** Addresses for `-replace`. */
  replace?: string[];
  /** `-lock=false` when false. Default true. */
  lock?: boolean;
}

/** `terraform apply` of a saved plan; options that shape a plan cannot be given any more. @public */
export interface ApplyCommand {
  kind: 'apply';
  planFile: string;
  lockTimeoutSeconds?: number;
  parallelism?: number;
}

/** `terraform destroy -auto-approve` @public */
export interface DestroyCommand extends TerraformOperationOptions {
  kind: 'destroy';
  refresh?: boolean;
}

/** `terraform show -json` of a saved plan, or of the state when no plan is given. @public */
export interface ShowCommand {
  kind: 'show';
  planFile?: string;
}

/** `terraform output -json` @public */
export interface OutputCommand {
  kind: 'output';
}

/** `terraform validate -json` @public */
export interface ValidateCommand {
  kind: 'validate';
}

/** `terraform version -json` @public */
export interface VersionCommand {
  kind: 'version';
}

/** `terraform providers schema -json` @public */
export interface ProvidersCommand {
  kind: 'providers';
}

/** `terraform force-unlock -force <lockId>` @public */
export interface ForceUnlockCommand {
  kind: 'force-unlock';
  lockId: string;
}

/** Every command that the runner can start. Secrets never belong into a command: it is kept in the run's record. @public */
export type TerraformCommand =
  | InitCommand
  | PlanCommand
  | ApplyCommand
  | DestroyCommand
  | ShowCommand
  | OutputCommand
  | ValidateCommand
  | VersionCommand
  | ProvidersCommand
  | ForceUnlockCommand;
