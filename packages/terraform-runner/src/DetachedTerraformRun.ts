import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { TerraformDiagnostic } from './events/TerraformDiagnostic';
import { TerraformEvent } from './events/TerraformEvent';
import { parseTerraformEvent } from './events/parseTerraformEvent';
import { isStreaming } from './isStreaming';
import { delay } from './process/delay';
import {
  isGroupAlive,
  isProcessAlive,
  ProcessIdentity,
  signalGroup,
} from './process/processIdentity';
import { RunDirectory, RunRecord } from './process/RunDirectory';
import { stderrDiagnostics } from './process/stderrDiagnostics';
import { Redact } from './redact';
import { TerraformCommand } from './TerraformCommand';
import { TerraformRun, TerraformRunResult } from './TerraformRunner';

const POLL_MS = 100;
const SIGKILL = 9;
const DEFAULT_GRACE_MS = 30_000;
const STDERR_TAIL_BYTES = 16 * 1024;
const READ_BYTES = 64 * 1024;

/** Options of {@link DetachedTerraformRun}. */
export interface DetachedTerraformRunOptions {
  workDir: string;
  directory: RunDirectory;
  record: RunRecord;
  /** Missing when the wrapper never began. */
  identity: ProcessIdentity | undefined;
  redact: Redact;
  /** Fires when a process of our own ended, to notice it sooner than by polling. */
  exited?: AbortSignal;
}

/** A run seen through its files: works the same for the parent that started it and for one that adopted it. */
export class DetachedTerraformRun implements TerraformRun {
  readonly id: string;
  readonly pid: number;
  readonly startedAt: Date;
  readonly command: TerraformCommand;
  private resultPromise: Promise<TerraformRunResult> | undefined;

  constructor(private readonly options: DetachedTerraformRunOptions) {
    this.id = options.directory.id;
    this.pid = options.identity?.pid ?? 0;
    this.startedAt = options.record.createdAt;
    this.command = options.record.command;
  }

  async *events(): AsyncIterable<TerraformEvent> {
    for await (const line of this.lines()) {
      const event = parseTerraformEvent(this.options.redact(line));
      if (event) {
        yield event;
      }
    }
  }

  result(): Promise<TerraformRunResult> {
    this.resultPromise ??= this.waitForResult();
    return this.resultPromise;
  }

  async stdout(): Promise<string> {
    return readFile(this.options.directory.stdoutPath, 'utf8');
  }

  async discardOutput(): Promise<void> {
    // What the output says must be known before it goes.
    await this.result();
    await this.options.directory.emptyOutput();
  }

  async abort({ graceMs = DEFAULT_GRACE_MS } = {}): Promise<void> {
    const { directory, identity } = this.options;
    if (!identity || (await this.hasEnded())) {
      return;
    }
    if (!(await directory.readAborted())) {
      await directory.markAborted('SIGINT');
    }
    signalGroup(identity, 'SIGINT');
    if (await this.waitForEnd(graceMs)) {
      return;
    }
    await directory.markAborted('SIGKILL');
    if (await isGroupAlive(identity)) {
      signalGroup(identity, 'SIGKILL');
    }
    await this.waitForEnd();
  }

  /** True when there is an exit code, or nobody is left who could write one. */
  async hasEnded(): Promise<boolean> {
    const { directory, identity } = this.options;
    if (!identity || (await directory.readExit())) {
      return true;
    }
    if (await isProcessAlive(identity)) {
      return false;
    }
    return !(await isGroupAlive(identity));
  }

  private async waitForEnd(timeoutMs = Infinity): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (!(await this.hasEnded())) {
      const remaining = deadline - Date.now();
      if (remaining <= 0) {
        return false;
      }
      await delay(Math.min(POLL_MS, remaining), this.options.exited);
    }
    return true;
  }

  private async waitForResult(): Promise<TerraformRunResult> {
    await this.waitForEnd();
    const { directory, redact } = this.options;
    const exit = await directory.readExit();
    const aborted = await directory.readAborted();
    const stderr = redact(await this.stderrTail());
    const failed =
      exit === undefined ||
      !(this.command.kind === 'plan' ? [0, 2] : [0]).includes(exit.code);
    const finishedAt =
      exit?.at ?? (await directory.lastOutputAt()) ?? this.startedAt;
    return {
      ...this.outcome(exit?.code, aborted),
      aborted: aborted !== undefined,
      startedAt: this.startedAt,
      finishedAt,
      diagnostics: await this.diagnostics(failed ? stderr : ''),
      stderr,
      erroredStateFile: await this.erroredStateFile(),
    };
  }

  private outcome(
    code: number | undefined,
    aborted: string | undefined,
  ): Pick<TerraformRunResult, 'outcome' | 'exitCode' | 'signal'> {
    const signal = code !== undefined && code > 128 ? code - 128 : undefined;
    if (code === undefined || signal === SIGKILL) {
      return { outcome: aborted === 'SIGKILL' ? 'killed' : 'lost' };
    }
    return signal
      ? { outcome: 'exited', exitCode: code, signal }
      : { outcome: 'exited', exitCode: code };
  }

  private async diagnostics(stderr: string): Promise<TerraformDiagnostic[]> {
    const diagnostics: TerraformDiagnostic[] = [];
    if (isStreaming(this.command)) {
      for await (const event of this.events()) {
        if (event.type === 'diagnostic') {
          diagnostics.push(event.diagnostic);
        }
      }
    }
    return diagnostics.some(({ severity }) => severity === 'error')
      ? diagnostics
      : [...diagnostics, ...stderrDiagnostics(stderr)];
  }

  /** Terraform leaves this file where it could not write the state; an older one belongs to an earlier run. */
  private async erroredStateFile(): Promise<string | undefined> {
    const path = join(this.options.workDir, 'errored.tfstate');
    try {
      const { mtimeMs } = await stat(path);
      return mtimeMs >= this.startedAt.getTime() - 1000 ? path : undefined;
    } catch {
      return undefined;
    }
  }

  private async stderrTail(): Promise<string> {
    const file = await open(this.options.directory.stderrPath).catch(
      () => undefined,
    );
    if (!file) {
      return '';
    }
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - STDERR_TAIL_BYTES);
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(STDERR_TAIL_BYTES),
        position: start,
      });
      const text = buffer.toString('utf8', 0, bytesRead);
      // A line that begins before could hold the end of a secret, which nothing would recognise.
      return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  }

  private async *lines(): AsyncIterable<string> {
    const file = await open(this.options.directory.stdoutPath).catch(
      () => undefined,
    );
    if (!file) {
      return;
    }
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.alloc(READ_BYTES);
    let rest = '';
    try {
      for (;;) {
        // Asked before reading, so that nothing written before the end is missed.
        const ended = await this.hasEnded();
        const { bytesRead } = await file.read(buffer);
        const complete = (
          rest + decoder.write(buffer.subarray(0, bytesRead))
        ).split('\n');
        rest = complete.pop() ?? '';
        yield* complete;
        if (bytesRead === 0) {
          if (ended) {
            break;
          }
          await delay(POLL_MS, this.options.exited);
        }
      }
      if (rest) {
        yield rest;
      }
    } finally {
      await file.close();
    }
  }
}
