import type { JsonObject } from '@backstage/types';
import type { KubernetesObject } from '@kubernetes/client-node';

/** The attributes of the manifests of a stack, by their resource name. */
export function resourcesOf(
  stack: JsonObject,
): Record<string, { yaml_body: string; apply_only?: boolean }> {
  const { kubectl_manifest: manifests = {} } = (stack.resource ?? {}) as Record<
    string,
    Record<string, { yaml_body: string; apply_only?: boolean }>
  >;
  return manifests;
}

/** The objects that a stack applies, by their resource name. */
export function objectsOf(
  stack: JsonObject,
): Record<string, KubernetesObject & JsonObject> {
  return Object.fromEntries(
    Object.entries(resourcesOf(stack)).map(([id, { yaml_body: body }]) => [
      id,
      // What Terraform makes of a literal.
      JSON.parse(body.replace(/([$%])\1\{/g, '$1{')),
    ]),
  );
}
