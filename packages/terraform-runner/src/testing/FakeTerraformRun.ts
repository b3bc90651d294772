import { TerraformEvent } from '../events/TerraformEvent';
import { delay } from '../process/delay';
import { TerraformCommand } from '../TerraformCommand';
import {
  TerraformRun,
  TerraformRunOutcome,
  TerraformRunRequest,
  TerraformRunResult,
} from '../TerraformRunner';
import { FakeScript } from './FakeScript';

/** A run that follows a script. */
export class FakeTerraformRun implements TerraformRun {
  /** Above every real process number, so that nobody can signal a stranger by it. */
  readonly pid = 2 ** 31 - 1;
  readonly startedAt = new Date();
  readonly command: TerraformCommand;
  private readonly done: Promise<TerraformRunResult>;
  private resolveHold: () => void = () => undefined;
  private forced: TerraformRunOutcome | undefined;
  private aborted = false;
  private discarded = false;
  private ended = false;

  constructor(
    readonly id: string,
    request: TerraformRunRequest,
    private readonly script: FakeScript,
  ) {
    this.command = request.command;
    const hold = script.hold
      ? new Promise<void>(resolve => {
          this.resolveHold = resolve;
        })
      : Promise.resolve();
    this.done = this.play(hold);
    // It may have fired while the run was being started; nothing would end a held one then.
    if (request.signal?.aborted) {
      void this.abort();
    } else {
      request.signal?.addEventListener('abort', () => void this.abort(), {
        once: true,
      });
    }
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  finish(outcome?: TerraformRunOutcome): void {
    this.forced = outcome;
    this.resolveHold();
  }

  async *events(): AsyncIterable<TerraformEvent> {
    yield* this.script.events ?? [];
    await this.done;
    for (const diagnostic of this.script.diagnostics ?? []) {
      yield {
        type: 'diagnostic',
        level: diagnostic.severity === 'error' ? 'error' : 'warn',
        message: diagnostic.summary,
        diagnostic,
      };
    }
  }

  async result(): Promise<TerraformRunResult> {
    return this.done;
  }

  async stdout(): Promise<string> {
    return this.discarded ? '' : this.script.stdout ?? '';
  }

  async discardOutput(): Promise<void> {
    this.discarded = true;
  }

  async abort({ graceMs = 0 } = {}): Promise<void> {
    if (this.ended) {
      return;
    }
    this.aborted = true;
    if (this.script.ignoreInterrupt) {
      await Promise.race([delay(graceMs), this.done]);
      this.forced ??= 'killed';
    }
    this.resolveHold();
    await this.done;
  }

  private async play(hold: Promise<void>): Promise<TerraformRunResult> {
    await this.script.onRun?.();
    await hold;
    this.ended = true;
    const outcome = this.forced ?? 'exited';
    // An interrupted Terraform saves its state and exits with 1.
    const exitCode = this.aborted ? 1 : this.script.exitCode ?? 0;
    return {
      outcome,
      exitCode: outcome === 'exited' ? exitCode : undefined,
      aborted: this.aborted,
      startedAt: this.startedAt,
      finishedAt: new Date(),
      diagnostics: this.script.diagnostics ?? [],
      stderr: '',
      erroredStateFile: this.script.erroredStateFile,
    };
  }
}
