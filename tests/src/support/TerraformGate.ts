import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';

type Command = 'init' | 'plan' | 'apply';
/** Before Terraform begins, or after it has done everything but end. */
type Moment = 'before' | 'after';

/**
 * Stands in front of Terraform. Files beside it, named after pipeline and command,
 * tell it where to wait and what to fail with; it runs the real one otherwise.
 */
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
# The address ends in pipeline--<pipeline>.<target>.
stack="\${TF_HTTP_ADDRESS##*--}"
key="\${stack%%.*}-$1"
wait_at() {
  if [ -e "$here/hold-$1-$key" ]; then
    : > "$here/at-$1-$key"
    while [ -e "$here/hold-$1-$key" ]; do sleep 0.05; done
  fi
}
if [ -e "$here/fail-$key" ]; then
  cat "$here/fail-$key"
  exit 1
fi
wait_at before
if ! [ -e "$here/hold-after-$key" ]; then
  exec "$here/real" "$@"
fi
"$here/real" "$@"
code=$?
wait_at after
exit "$code"
`;

/** A Terraform that tests can hold, fail and take away, per pipeline and command. */
export class TerraformGate {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gate-'));

  constructor() {
    const real = execFileSync('sh', [
      '-c',
      'command -v terraform || command -v tofu',
    ])
      .toString()
      .trim();
    symlinkSync(real, join(this.#folder, 'real'));
    writeFileSync(this.binary, SCRIPT, { mode: 0o755 });
  }

  get binary(): string {
    return join(this.#folder, 'terraform');
  }

  /** What makes a portal use it. */
  get env(): Record<string, string> {
    return {
      APP_CONFIG_mlPipelines_terraform_binary: JSON.stringify(this.binary),
    };
  }

  hold(pipeline: string, command: Command, moment: Moment = 'before'): void {
    writeFileSync(this.#path('hold', pipeline, command, moment), '');
  }

  /** Waits until Terraform stands at the gate. */
  async arrived(
    pipeline: string,
    command: Command,
    moment: Moment = 'before',
  ): Promise<void> {
    const path = this.#path('at', pipeline, command, moment);
    await eventually(
      async () => {
        if (!existsSync(path)) {
          throw new Error('it is not there');
        }
      },
      {
        seconds: 90,
        what: `terraform ${command} of ${pipeline} to come to the gate`,
        everyMs: 50,
      },
    );
  }

  release(pipeline: string, command: Command, moment: Moment = 'before'): void {
    rmSync(this.#path('hold', pipeline, command, moment), { force: true });
    rmSync(this.#path('at', pipeline, command, moment), { force: true });
  }

  /** Lets a command fail with this on stdout, in the form of Terraform's `-json`. */
  fail(pipeline: string, command: Command, summary: string, detail = ''): void {
    const line = {
      '@level': 'error',
      '@message': `Error: ${summary}`,
      '@module': 'terraform.ui',
      '@timestamp': new Date().toISOString(),
      diagnostic: { severity: 'error', summary, detail },
      type: 'diagnostic',
    };
    writeFileSync(
      this.#failure(pipeline, command),
      `${JSON.stringify(line)}\n`,
    );
  }

  succeed(pipeline: string, command: Command): void {
    rmSync(this.#failure(pipeline, command), { force: true });
  }

  /** Takes the binary away. */
  hide(): void {
    renameSync(this.binary, `${this.binary}.away`);
  }

  show(): void {
    renameSync(`${this.binary}.away`, this.binary);
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #path(what: string, pipeline: string, command: Command, moment: Moment) {
    return join(this.#folder, `${what}-${moment}-${pipeline}-${command}`);
  }

  #failure(pipeline: string, command: Command): string {
    return join(this.#folder, `fail-${pipeline}-${command}`);
  }
}
