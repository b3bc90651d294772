import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformStack } from 'cdktf';
import type { JsonObject } from '@backstage/types';

/** Options of {@link synthesizeStack}. @public */
export interface SynthesizeStackOptions {
  /** Construct id of the stack; not part of any resource address. */
  name: string;
  /**
   * Where Terraform keeps the state. `none`: in a file beside the stack, for
   * people who run it themselves. Default `http`: the portal.
   */
  backend?: 'http' | 'none';
  /** Adds the resources. */
  build(stack: TerraformStack): void;
}

/**
 * Synthesises one stack to the content of its `cdk.tf.json`, by default with
 * an empty `http` backend whose settings come from `TF_HTTP_*` in the
 * environment only.
 *
 * Deterministic, and leaves nothing behind.
 *
 * @public
 */
export function synthesizeStack(options: SynthesizeStackOptions): JsonObject {
  // An App makes its output folder at once, wherever it is told to.
  const outdir = mkdtempSync(join(tmpdir(), 'cdktf-'));
  let json: JsonObject;
  try {
    const app = new App({ skipBackendValidation: true, outdir });
    const stack = new TerraformStack(app, options.name);
    options.build(stack);
    stack.prepareStack();
    stack.runAllValidations();
    json = structuredClone(stack.toTerraform()) as JsonObject;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
  // Metadata of the construct tree differs between versions and says nothing to Terraform.
  delete json['//'];
  // CDKTF's own choice is a file at a path of this machine.
  const { backend: _backend, ...terraform } = (json.terraform ??
    {}) as JsonObject;
  return {
    ...json,
    terraform: {
      ...terraform,
      ...(options.backend === 'none' ? {} : { backend: { http: {} } }),
    },
  };
}
