import { spawn } from 'node:child_process';
import type { ZodType } from 'zod';
import { z } from 'zod';
import { HostAgentError } from './HostAgentError';
import {
  agentErrorSchema,
  HostStatus,
  hostStatusSchema,
  Reservation,
  reservationSchema,
  UpResult,
  upResultSchema,
} from './hostAgentSchemas';
import { RunDocument, RunStatus, runStatusSchema } from './runSchemas';

/** Options of {@link HostAgent}. */
export interface HostAgentOptions {
  /** Python interpreter that has the runtime's package. */
  pythonPath: string;
  /** Folder that holds everything of the agent. */
  root: string;
}

/** Arguments before the command word that start the agent without the rest of the runtime. */
export const AGENT_ARGUMENTS = ['-P', '-m', 'pipeline_runtime.host'] as const;

const DEFAULT_TIMEOUT_MS = 30_000;
// `up` may have to end an old supervisor and wait for the new one.
const UP_TIMEOUT_MS = 180_000;

/** Runs `mlpipe host …` and reads its answers. Every command is idempotent. */
export class HostAgent {
  readonly #options: HostAgentOptions;

  constructor(options: HostAgentOptions) {
    this.#options = options;
  }

  /** Starts the supervisor, and with it what was active. */
  async up(): Promise<UpResult> {
    return this.#run(['up'], upResultSchema, { timeoutMs: UP_TIMEOUT_MS });
  }

  /** Changes nothing, and works while the supervisor is down. */
  async status(pipeline?: string): Promise<HostStatus> {
    const only = pipeline === undefined ? [] : ['--pipeline', pipeline];
    return this.#run(['status', ...only], hostStatusSchema);
  }

  /** Chooses, or keeps, the address of a pipeline. */
  async reserve(options: {
    pipeline: string;
    host: string;
    port?: number;
    portRange: string;
  }): Promise<Reservation> {
    const { pipeline, host, port, portRange } = options;
    return this.#run(
      [
        'reserve',
        ...['--pipeline', pipeline, '--host', host, '--port-range', portRange],
        ...(port === undefined ? [] : ['--port', String(port)]),
      ],
      reservationSchema,
    );
  }

  /** Stores secret values; they go over stdin, where no other process can see them. */
  async writeSecrets(options: {
    pipeline: string;
    version: string;
    env: Record<string, string>;
    apiKeysSha256: string[];
    /** Of keys that may also change what runs. */
    managementSha256: string[];
  }): Promise<void> {
    const { pipeline, version, ...secrets } = options;
    await this.#run(
      ['secrets', '--pipeline', pipeline, '--version', version],
      z.object({}),
      { input: JSON.stringify(secrets) },
    );
  }

  /** Deletes all secret values and API keys of a pipeline. */
  async removeSecrets(pipeline: string): Promise<void> {
    await this.#run(
      ['secrets', '--pipeline', pipeline, '--remove'],
      z.object({}),
    );
  }

  /** Starts a run and returns; its secrets go over stdin. */
  async startRun(options: {
    pipeline: string;
    run: string;
    document: RunDocument;
  }): Promise<RunStatus> {
    const { pipeline, run, document } = options;
    return this.#runCommand('start', pipeline, run, {
      input: JSON.stringify(document),
    });
  }

  async runStatus(pipeline: string, run: string): Promise<RunStatus> {
    return this.#runCommand('status', pipeline, run);
  }

  /** Returns once nothing of the run runs any more. */
  async cancelRun(pipeline: string, run: string): Promise<RunStatus> {
    return this.#runCommand('cancel', pipeline, run);
  }

  /** Deletes a run with all that it left. */
  async removeRun(pipeline: string, run: string): Promise<void> {
    await this.#run(
      ['run', 'remove', '--pipeline', pipeline, '--run', run],
      z.object({}),
    );
  }

  #runCommand(
    action: 'start' | 'status' | 'cancel',
    pipeline: string,
    run: string,
    options?: { input: string },
  ): Promise<RunStatus> {
    return this.#run(
      ['run', action, '--pipeline', pipeline, '--run', run],
      runStatusSchema,
      options,
    );
  }

  async #run<T>(
    command: string[],
    schema: ZodType<T>,
    options: { input?: string; timeoutMs?: number } = {},
  ): Promise<T> {
    const [word, ...rest] = command;
    const { code, stdout, stderr } = await this.#spawn(
      [...AGENT_ARGUMENTS, word, '--root', this.#options.root, ...rest],
      options.input ?? '',
      options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    );
    if (code !== 0) {
      throw toError(word, code, stderr);
    }
    const parsed = schema.safeParse(parseJson(stdout));
    if (!parsed.success) {
      throw new HostAgentError({
        code: 'agent-answer',
        message: `The local agent answered "${word}" in a form that the portal does not know.`,
        hint: 'Install the runtime of the same version as the portal.',
        cause: parsed.error,
      });
    }
    return parsed.data;
  }

  #spawn(
    args: string[],
    input: string,
    timeoutMs: number,
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return new Promise((done, fail) => {
      const child = spawn(this.#options.pythonPath, args, {
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: timeoutMs,
        env: agentEnvironment(),
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
      child.on('error', cause =>
        fail(
          new HostAgentError({
            code: 'agent-missing',
            message: `The local agent could not be started with ${
              this.#options.pythonPath
            }: ${cause.message}.`,
            hint: 'Run "make setup", or set mlPipelines.local.pythonPath to a Python with the package pipeline-runtime.',
          }),
        ),
      );
      child.on('close', code => done({ code, stdout, stderr }));
      // An agent that ends before reading says why itself.
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    });
  }
}

/** What the agent needs of the portal's environment, which holds credentials. */
function agentEnvironment(): NodeJS.ProcessEnv {
  const names =
    /^(PATH|HOME|LANG|LC_ALL|TZ|TMPDIR|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|(HTTPS?|NO)_PROXY|(CUDA|NVIDIA)_VISIBLE_DEVICES)$/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => names.test(name)),
  ) as NodeJS.ProcessEnv;
}

function toError(
  word: string,
  code: number | null,
  stderr: string,
): HostAgentError {
  const lines = stderr.trim().split('\n');
  const parsed = agentErrorSchema.safeParse(parseJson(lines.at(-1) ?? ''));
  if (parsed.success) {
    return new HostAgentError(parsed.data.error);
  }
  const how = code === null ? 'took too long' : `ended with code ${code}`;
  return new HostAgentError({
    code: 'agent-failed',
    message: `The local agent ${how} at "${word}": ${lines
      .slice(-3)
      .join(' ')
      .slice(0, 500)}`,
    hint: /No module named/.test(stderr)
      ? 'Run "make setup", or set mlPipelines.local.pythonPath to a Python with the package pipeline-runtime.'
      : undefined,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
