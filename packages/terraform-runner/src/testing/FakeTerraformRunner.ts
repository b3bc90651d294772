import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TerraformBusyError } from '../errors';
import { TerraformCommand } from '../TerraformCommand';
import {
  TerraformRun,
  TerraformRunner,
  TerraformRunRequest,
} from '../TerraformRunner';
import { FakeTerraformRun } from './FakeTerraformRun';
import { defaultScript, FakeScript } from './FakeScript';

type Kind = TerraformCommand['kind'];

/**
 * Plays Terraform in tests of other packages: answers by script, starts no process. Unscripted commands
 * succeed, and a plan has one resource to create.
 *
 * @example
 * const runner = new FakeTerraformRunner();
 * runner.script('apply', { exitCode: 1, diagnostics: [{ severity: 'error', summary: 'no space', detail: '' }] });
 * runner.script('plan', { hold: true });          // runs until runner.release(workDir)
 *
 * @public
 */
export class FakeTerraformRunner implements TerraformRunner {
  /** Every request in the order of its arrival. */
  readonly requests: TerraformRunRequest[] = [];
  private readonly scripts = new Map<Kind, FakeScript[]>();
  private readonly runs = new Map<string, FakeTerraformRun>();
  private count = 0;

  /** Scripts for the next runs of a command; the last one stays for all further ones. */
  script(kind: Kind, ...scripts: FakeScript[]): this {
    this.scripts.set(kind, scripts);
    return this;
  }

  /** Lets the held run of a directory finish. */
  release(workDir: string): void {
    this.runs.get(workDir)?.finish();
  }

  /** Ends the run of a directory as a crash of the machine would: without an exit code. */
  lose(workDir: string): void {
    this.runs.get(workDir)?.finish('lost');
  }

  /** Kinds of the commands so far, e.g. `['init', 'plan', 'apply']`. */
  get kinds(): Kind[] {
    return this.requests.map(({ command }) => command.kind);
  }

  async start(request: TerraformRunRequest): Promise<TerraformRun> {
    const running = this.runs.get(request.workDir);
    if (running && !running.hasEnded) {
      throw new TerraformBusyError(request.workDir, running.command.kind);
    }
    this.requests.push(request);
    const script = this.next(request.command.kind);
    if (script.startError) {
      throw script.startError;
    }
    if (request.command.kind === 'plan' && request.command.out) {
      await writeFile(join(request.workDir, request.command.out), 'fake plan');
    }
    this.count += 1;
    const run = new FakeTerraformRun(
      String(this.count).padStart(4, '0'),
      request,
      script,
    );
    this.runs.set(request.workDir, run);
    return run;
  }

  async adopt(workDir: string): Promise<TerraformRun | undefined> {
    return this.runs.get(workDir);
  }

  private next(kind: Kind): FakeScript {
    const scripts = this.scripts.get(kind) ?? [];
    const script = scripts.length > 1 ? scripts.shift() : scripts[0];
    return { ...defaultScript(kind), ...script };
  }
}
