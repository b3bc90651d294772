/** Base of everything this package throws on purpose. Messages never carry environment values. @public */
export class TerraformRunnerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Neither the configured binary nor a usual one could be found or executed. @public */
export class TerraformNotFoundError extends TerraformRunnerError {
  constructor(readonly candidates: readonly string[]) {
    super(
      `No Terraform binary found: looked for ${candidates
        .map(candidate => `"${candidate}"`)
        .join(' and ')}. Install Terraform 1.9 or newer, or OpenTofu, ` +
        `so that it is on the PATH, or configure the absolute path of the binary.`,
    );
  }
}

/** The working directory is missing or is not a directory. @public */
export class TerraformWorkDirError extends TerraformRunnerError {
  constructor(workDir: string, options?: ErrorOptions) {
    super(
      `The Terraform working directory "${workDir}" does not exist or cannot be written. Create it before starting a run.`,
      options,
    );
  }
}

/** Another run is alive in the same working directory. @public */
export class TerraformBusyError extends TerraformRunnerError {
  constructor(workDir: string, running: string) {
    super(
      `Terraform "${running}" is still running in "${workDir}". Adopt it and wait for its result, or abort it, before starting another command there.`,
    );
  }
}

/** The wrapper process could not be started, or never reported that it had. @public */
export class TerraformStartError extends TerraformRunnerError {}

/** Terraform printed something that does not have the documented form. @public */
export class TerraformOutputError extends TerraformRunnerError {
  constructor(what: string, options?: ErrorOptions) {
    super(
      `Could not read the output of ${what}. Check that the binary is Terraform 1.9 or newer, or OpenTofu.`,
      options,
    );
  }
}
