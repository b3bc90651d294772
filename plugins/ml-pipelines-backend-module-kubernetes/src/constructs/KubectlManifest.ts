import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { TerraformProvider, TerraformResource } from 'cdktf';
import { toYaml } from './toYaml';

/** The provider that applies manifests, and its version: every release is pinned. */
export const KUBECTL_PROVIDER = {
  source: 'gavinbunney/kubectl',
  version: '1.19.0',
} as const;

/** How that provider signs the fields that it applies. */
export const TERRAFORM_MANAGER = 'kubectl';

/**
 * Brings objects into a stack. The only thing that knows which provider of
 * Terraform does it, so that another one can take its place.
 */
export interface ManifestSink {
  /**
   * @param id - part of the resource address, the same for each revision
   * @param object - typed object of `@kubernetes/client-node`
   */
  add(
    id: string,
    object: KubernetesObject,
    options?: ManifestOptions,
  ): TerraformResource;
}

/** Options of {@link ManifestSink.add}. */
export interface ManifestOptions {
  /** It stays in the cluster when the stack no longer has it. */
  keep?: boolean;
  dependsOn?: TerraformResource[];
}

class KubectlProvider extends TerraformProvider {
  constructor(scope: Construct, id: string, private readonly settings: object) {
    super(scope, id, {
      terraformResourceType: 'kubectl',
      terraformProviderSource: KUBECTL_PROVIDER.source,
      terraformGeneratorMetadata: {
        providerName: 'kubectl',
        providerVersion: KUBECTL_PROVIDER.version,
        providerVersionConstraint: KUBECTL_PROVIDER.version,
      },
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.settings };
  }
}

/** `kubectl_manifest`: one object, applied on the server's side. */
class KubectlManifest extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    provider: TerraformProvider,
    private readonly object: KubernetesObject,
    private readonly keep: boolean,
    dependsOn: TerraformResource[],
  ) {
    super(scope, id, {
      terraformResourceType: 'kubectl_manifest',
      terraformGeneratorMetadata: {
        providerName: 'kubectl',
        providerVersion: KUBECTL_PROVIDER.version,
        providerVersionConstraint: KUBECTL_PROVIDER.version,
      },
      provider,
      dependsOn,
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      yaml_body: toYaml(this.object),
      server_side_apply: true,
      force_conflicts: true,
      // The portal waits itself, and says why it waits; the provider would look
      // every 10 s only.
      wait_for_rollout: false,
      wait: false,
      ...(this.keep && { apply_only: true }),
    };
  }
}

/** Address and credentials come by KUBE_* of the environment, never from a file of the portal. */
const BY_ENVIRONMENT = { load_config_file: false };

/** Manifests by the kubectl provider; one for each stack. */
export class KubectlManifestSink implements ManifestSink {
  readonly #provider: TerraformProvider;

  /** @param settings - of the provider */
  constructor(
    private readonly scope: Construct,
    settings: object = BY_ENVIRONMENT,
  ) {
    this.#provider = new KubectlProvider(scope, 'kubectl', settings);
  }

  add(
    id: string,
    object: KubernetesObject,
    { keep = false, dependsOn = [] }: ManifestOptions = {},
  ): TerraformResource {
    const resource = new KubectlManifest(
      this.scope,
      id,
      this.#provider,
      object,
      keep,
      dependsOn,
    );
    resource.overrideLogicalId(id);
    return resource;
  }
}
