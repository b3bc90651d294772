import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '@backstage/types';

const run = promisify(execFile);

/** What a `terraform` command said. */
export interface TerraformResult {
  code: number;
  output: string;
}

/** A folder in which a real Terraform works on a stack, with its state in a file. */
export class TerraformFolder {
  #prepared = false;

  /** @param env - what a driver's `terraformEnvironment` says */
  constructor(
    readonly path: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Writes the stack, without the portal's backend. */
  async write(stack: JsonObject): Promise<void> {
    const { backend: _, ...terraform } = stack.terraform as JsonObject;
    await writeFile(
      join(this.path, 'main.tf.json'),
      JSON.stringify({ ...stack, terraform }),
    );
    if (!this.#prepared) {
      const { code, output } = await this.terraform('init');
      if (code !== 0) {
        throw new Error(output);
      }
      this.#prepared = true;
    }
  }

  async terraform(...args: string[]): Promise<TerraformResult> {
    try {
      const { stdout, stderr } = await run(
        'terraform',
        [args[0], '-input=false', '-no-color', ...args.slice(1)],
        {
          cwd: this.path,
          env: {
            ...process.env,
            CHECKPOINT_DISABLE: '1',
            TF_IN_AUTOMATION: '1',
            ...this.env,
          },
          maxBuffer: 64 * 1024 * 1024,
        },
      );
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as {
        code: number;
        stdout: string;
        stderr: string;
      };
      return { code, output: `${stdout}${stderr}` };
    }
  }

  /** 0 when nothing would change, 2 when something would. */
  async plan(): Promise<TerraformResult> {
    return this.terraform('plan', '-detailed-exitcode');
  }

  async apply(): Promise<TerraformResult> {
    return this.terraform('apply', '-auto-approve');
  }

  async destroy(): Promise<TerraformResult> {
    return this.terraform('destroy', '-auto-approve');
  }
}
