import { z } from 'zod';
import { TerraformOutputError } from './errors';
import { terraformDiagnosticSchema } from './events/TerraformDiagnostic';
import { TerraformEvent } from './events/TerraformEvent';
import { isStreaming } from './isStreaming';
import { parsePlan } from './plan/parsePlan';
import { TerraformPlan } from './plan/TerraformPlan';
import {
  ApplyCommand,
  DestroyCommand,
  InitCommand,
  PlanCommand,
  TerraformCommand,
} from './TerraformCommand';
import { TerraformCommandError } from './TerraformCommandError';
import {
  TerraformRun,
  TerraformRunner,
  TerraformRunRequest,
  TerraformRunResult,
} from './TerraformRunner';

/** Name of the saved plan unless another is asked for. @public */
export const DEFAULT_PLAN_FILE = 'plan.tfplan';

/** Options of {@link TerraformWorkspace}. @public */
export interface TerraformWorkspaceOptions
  extends Omit<TerraformRunRequest, 'command'> {
  runner: TerraformRunner;
  /** Called with every command as it starts, e.g. to abort it later. */
  onRun?(run: TerraformRun): void;
  /** Called with every event in order; the next one waits for a returned promise. */
  onEvent?(
    event: TerraformEvent,
    command: TerraformCommand,
  ): void | Promise<void>;
}

/** A planned change set. @public */
export interface TerraformPlanResult {
  /** False when reality is as the configuration says (exit code 0 of `-detailed-exitcode`). */
  hasChanges: boolean;
  /** The saved plan, relative to the working directory. */
  planFile: string;
  result: TerraformRunResult;
}

const outputsSchema = z.record(
  z.string(),
  z.object({
    sensitive: z.boolean().default(false),
    type: z.unknown().optional(),
    value: z.unknown(),
  }),
);

/** Outputs by name, with their values in clear also where `sensitive`. @public */
export type TerraformOutputs = z.infer<typeof outputsSchema>;

const versionSchema = z.object({
  terraform_version: z.string(),
  platform: z.string().default(''),
  provider_selections: z.record(z.string(), z.string()).default({}),
});

/** What binary and providers are in use. @public */
export interface TerraformVersion {
  version: string;
  platform: string;
  /** Selected version by provider source address. */
  providers: Record<string, string>;
}

const validationSchema = z.object({
  valid: z.boolean(),
  diagnostics: z.array(terraformDiagnosticSchema).default([]),
});

/** {@inheritDoc validationSchema} @public */
export type TerraformValidation = z.infer<typeof validationSchema>;

/**
 * The commands as typed calls in one working directory with one environment. Each waits for the end of its
 * run and throws {@link TerraformCommandError} unless it succeeded.
 *
 * @public
 */
export class TerraformWorkspace {
  constructor(private readonly options: TerraformWorkspaceOptions) {}

  /** Prepares the directory: backend, providers, modules. */
  async init(
    options: Omit<InitCommand, 'kind' | 'json'> = {},
  ): Promise<TerraformRunResult> {
    const command: InitCommand = { kind: 'init', ...options };
    const { result } = await this.run(command);
    // OpenTofu learnt the flag later than Terraform; its refusal comes from the flag parser.
    if (
      result.exitCode !== 0 &&
      /flag provided but not defined: -json/.test(result.stderr)
    ) {
      return this.succeed({ ...command, json: false });
    }
    return assertSuccess(command, result);
  }

  /** Makes a saved plan. */
  async plan(
    options: Omit<PlanCommand, 'kind'> = {},
  ): Promise<TerraformPlanResult> {
    const planFile = options.out ?? DEFAULT_PLAN_FILE;
    const command: PlanCommand = { kind: 'plan', ...options, out: planFile };
    const { result } = await this.run(command);
    assertSuccess(command, result, [0, 2]);
    return { hasChanges: result.exitCode === 2, planFile, result };
  }

  /** Reads a saved plan, with sensitive values masked. The document in clear is removed from the disk. */
  async showPlan(planFile: string = DEFAULT_PLAN_FILE): Promise<TerraformPlan> {
    return this.document({ kind: 'show', planFile }, parsePlan);
  }

  /** Applies exactly a saved plan. */
  async apply(
    planFile: string = DEFAULT_PLAN_FILE,
    options: Omit<ApplyCommand, 'kind' | 'planFile'> = {},
  ): Promise<TerraformRunResult> {
    return this.succeed({ kind: 'apply', planFile, ...options });
  }

  /** Plans and applies the destruction of everything in the state. */
  async destroy(
    options: Omit<DestroyCommand, 'kind'> = {},
  ): Promise<TerraformRunResult> {
    return this.succeed({ kind: 'destroy', ...options });
  }

  /** Outputs of the current state. */
  async output(): Promise<TerraformOutputs> {
    return this.document({ kind: 'output' }, json =>
      parseDocument('terraform output -json', outputsSchema, json),
    );
  }

  /** Checks the configuration. An invalid one is an answer, not an error. */
  async validate(): Promise<TerraformValidation> {
    return this.document(
      { kind: 'validate' },
      json => parseDocument('terraform validate -json', validationSchema, json),
      [0, 1],
    );
  }

  /** Version of the binary and, after `init`, of the providers. */
  async version(): Promise<TerraformVersion> {
    return this.document({ kind: 'version' }, json => {
      const raw = parseDocument('terraform version -json', versionSchema, json);
      return {
        version: raw.terraform_version,
        platform: raw.platform,
        providers: raw.provider_selections,
      };
    });
  }

  /** Gives up a state lock at the backend. Only when its holder is known to be gone. */
  async forceUnlock(lockId: string): Promise<TerraformRunResult> {
    return this.succeed({ kind: 'force-unlock', lockId });
  }

  private async succeed(
    command: TerraformCommand,
  ): Promise<TerraformRunResult> {
    const { result } = await this.run(command);
    return assertSuccess(command, result);
  }

  private async document<T>(
    command: TerraformCommand,
    parse: (json: string) => T,
    exitCodes: readonly number[] = [0],
  ): Promise<T> {
    const { run, result } = await this.run(command);
    assertSuccess(command, result, exitCodes);
    try {
      return parse(await run.stdout());
    } finally {
      await run.discardOutput();
    }
  }

  private async run(
    command: TerraformCommand,
  ): Promise<{ run: TerraformRun; result: TerraformRunResult }> {
    const { runner, onRun, onEvent, ...request } = this.options;
    const run = await runner.start({ ...request, command });
    onRun?.(run);
    if (onEvent && isStreaming(command)) {
      for await (const event of run.events()) {
        await onEvent(event, command);
      }
    }
    return { run, result: await run.result() };
  }
}

function assertSuccess(
  command: TerraformCommand,
  result: TerraformRunResult,
  exitCodes: readonly number[] = [0],
): TerraformRunResult {
  if (result.exitCode === undefined || !exitCodes.includes(result.exitCode)) {
    throw new TerraformCommandError(command, result);
  }
  return result;
}

function parseDocument<S extends z.ZodType>(
  what: string,
  schema: S,
  json: string,
): z.infer<S> {
  try {
    return schema.parse(JSON.parse(json));
  } catch {
    // The cause would quote the document.
    throw new TerraformOutputError(what);
  }
}
