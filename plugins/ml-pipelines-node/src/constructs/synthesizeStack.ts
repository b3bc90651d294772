import { App, TerraformStack } from 'cdktf';
import type { JsonObject } from '@backstage/types';

/** Options of {@link synthesizeStack}. @public */
export interface SynthesizeStackOptions {
  /** Construct id of the stack; not part of any resource address. */
  name: string;
  /** Adds the resources. */
  build(stack: TerraformStack): void;
}

/**
 * Synthesises one stack to the content of its `cdk.tf.json`, with an empty
 * `http` backend whose settings come from `TF_HTTP_*` in the environment only.
 *
 * Deterministic, and writes nothing.
 *
 * @public
 */
export function synthesizeStack(options: SynthesizeStackOptions): JsonObject {
  const app = new App({
    skipBackendValidation: true,
  });
  const stack = new TerraformStack(app, options.name);
  options.build(stack);
  stack.prepareStack();
  stack.runAllValidations();
  const json = structuredClone(stack.toTerraform()) as JsonObject;
  // Metadata of the construct tree differs between versions and says nothing to Terraform.
  delete json['//'];
  const terraform = (json.terraform ?? {}) as JsonObject;
  return { ...json, terraform: { ...terraform, backend: { http: {} } } };
}
