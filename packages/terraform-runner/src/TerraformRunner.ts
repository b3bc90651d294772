import { TerraformCommand } from './TerraformCommand';
import { TerraformDiagnostic } from './events/TerraformDiagnostic';
import { TerraformEvent } from './events/TerraformEvent';

/** What to run, where, and with which environment. @public */
export interface TerraformRunRequest {
  /** Directory with the configuration; one command at a time runs in it. Keep it private (mode 0700): plans hold secrets. */
  workDir: string;
  command: TerraformCommand;
  /**
   * Added to the allow-listed part of the parent's environment. Values of names that sound secret
   * (`*TOKEN*`, `*PASSWORD*`, `*SECRET*`, …) are masked wherever this package returns text.
   */
  env?: Record<string, string>;
  /** Names in `env` to mask although they do not sound secret. */
  sensitiveEnv?: string[];
  /** Aborts the run with the default grace. */
  signal?: AbortSignal;
}

/**
 * How a run ended.
 *
 * - `exited`: Terraform ended by itself, also after an interrupt; `exitCode` is its own
 * - `killed`: ended by force, through `abort` after its grace
 * - `lost`: gone without an exit code (machine restarted, killed by someone else, never started)
 *
 * @public
 */
export type TerraformRunOutcome = 'exited' | 'killed' | 'lost';

/** How a run ended, and what it said. @public */
export interface TerraformRunResult {
  outcome: TerraformRunOutcome;
  /** Only for `exited`. 0 success, 1 error; `plan` also 2, changes present. */
  exitCode?: number;
  /** The signal that ended Terraform when it was one, e.g. 9. */
  signal?: number;
  /** True when `abort` was called at any time, also by an earlier parent. */
  aborted: boolean;
  startedAt: Date;
  finishedAt: Date;
  /** Errors and warnings in the order of their appearance. */
  diagnostics: TerraformDiagnostic[];
  /** The last 16 KiB of standard error, masked. */
  stderr: string;
  /** Path of the state that Terraform could not save; it must reach the state store or changes are forgotten. */
  erroredStateFile?: string;
}

/** One command that runs or ran; it does not need its parent to go on. @public */
export interface TerraformRun {
  /** Unique within the working directory and increasing, e.g. `0003`. */
  readonly id: string;
  /** Process and process group of the wrapper. */
  readonly pid: number;
  readonly startedAt: Date;
  readonly command: TerraformCommand;
  /** All events from the first on, also for a late or a second reader; ends with the run. */
  events(): AsyncIterable<TerraformEvent>;
  /** Waits for the end. Does not throw for a failing command. */
  result(): Promise<TerraformRunResult>;
  /** Everything on standard output so far, unmasked: for the JSON documents of `show` and `output`. */
  stdout(): Promise<string>;
  /** Empties the kept output of a finished run, e.g. once a document with secrets was read. */
  discardOutput(): Promise<void>;
  /**
   * SIGINT to the process group so that Terraform saves what it did and unlocks, then SIGKILL.
   * Returns when the run is over; does nothing when it is already.
   *
   * @param graceMs - time between the two, default 30 000 ms
   */
  abort(options?: { graceMs?: number }): Promise<void>;
}

/** Starts Terraform (or OpenTofu) and finds runs that an earlier parent started. @public */
export interface TerraformRunner {
  /**
   * @throws TerraformNotFoundError, TerraformWorkDirError, TerraformBusyError, TerraformStartError
   */
  start(request: TerraformRunRequest): Promise<TerraformRun>;
  /**
   * The latest run of the directory, running or finished; undefined when there never was one.
   *
   * @param options - `env` as given to `start`, for masking only: it is not stored
   */
  adopt(
    workDir: string,
    options?: Pick<TerraformRunRequest, 'env' | 'sensitiveEnv'>,
  ): Promise<TerraformRun | undefined>;
}
