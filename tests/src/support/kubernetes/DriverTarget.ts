import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  PipelineDocument,
  PipelineDocumentInput,
  pipelineDocumentSchema,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import {
  PipelineStackRequest,
  synthesizeStack,
  TargetRef,
} from '@mlpipe/plugin-ml-pipelines-node';
import {
  KubernetesDriver,
  KubernetesTargetConfig,
} from '@mlpipe/plugin-ml-pipelines-backend-module-kubernetes';
import { terraformCliConfig } from './builds';
import type { Cluster, ClusterObject } from './Cluster';

type Config = KubernetesTargetConfig;
type Request = PipelineStackRequest<Config>;
type Stack = ReturnType<typeof synthesizeStack>;

/** What was seen is judged by the tests themselves. */
const silent: ConstructorParameters<typeof KubernetesDriver>[0]['logger'] = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  child: () => silent,
};

/** A namespace of a cluster with the driver, as the portal uses it, and with Terraform. */
export class DriverTarget {
  readonly driver = new KubernetesDriver({
    config: {
      image: { repository: 'localhost/pipeline-runtime', tag: 'test' },
    },
    logger: silent,
  });
  readonly #folders = new Map<string, string>();

  private constructor(readonly ref: TargetRef<Config>) {}

  /** Makes the namespace, and a target of its name. */
  static async create(
    cluster: Cluster,
    name: string,
    config: Record<string, unknown> = {},
  ): Promise<DriverTarget> {
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
    const credentials = { kubeconfig: cluster.kubeconfigText };
    const target = new DriverTarget({
      name,
      config: {} as Config,
      credentials,
    });
    target.ref.config = target.driver.configSchema.parse({
      namespace: { name, create: false },
      ...config,
    });
    return target;
  }

  /** What the portal would ask for, with the facts that the driver finds unless they are given. */
  async request(
    document: PipelineDocumentInput,
    overrides: Partial<Request> = {},
  ): Promise<Request> {
    const checked: PipelineDocument = pipelineDocumentSchema.parse(document);
    const asked = {
      pipeline: checked.metadata.name,
      target: this.ref,
      document: checked,
      revision: 1,
      release: 'first',
      force: false,
      ...overrides,
    };
    return {
      ...asked,
      facts: overrides.facts ?? (await this.driver.gatherFacts(asked)),
    };
  }

  stackOf(request: Request): Stack {
    return synthesizeStack({
      name: request.pipeline,
      backend: 'none',
      build: scope => this.driver.buildPipelineStack(scope, request),
    });
  }

  /** The objects that a stack applies. */
  objectsOf(stack: Stack): ClusterObject[] {
    const { kubectl_manifest: manifests } = stack.resource as {
      kubectl_manifest: Record<string, { yaml_body: string }>;
    };
    return Object.values(manifests).map(({ yaml_body: body }) =>
      // What Terraform makes of a literal.
      JSON.parse(body.replace(/([$%])\1\{/g, '$1{')),
    );
  }

  /** From the watches. */
  observe(pipeline: string): Promise<WorkloadStatus> {
    return this.driver.observe({ pipeline, target: this.ref });
  }

  /** Fails with what Terraform says. */
  async apply({ pipeline }: Request, stack: Stack): Promise<void> {
    let folder = this.#folders.get(pipeline);
    if (!folder) {
      folder = mkdtempSync(join(tmpdir(), 'driver-'));
      this.#folders.set(pipeline, folder);
      this.#write(folder, stack);
      await this.#terraform(folder, 'init');
    }
    this.#write(folder, stack);
    await this.#terraform(folder, 'apply', '-auto-approve');
  }

  /** Fails when the plan of a stack that was applied would change something. */
  async assertNoChange({ pipeline }: Request, stack: Stack): Promise<void> {
    const folder = this.#folderOf(pipeline);
    this.#write(folder, stack);
    await this.#terraform(folder, 'plan', '-detailed-exitcode');
  }

  /** Removes a pipeline that was applied, with its secrets and data. */
  async remove(pipeline: string): Promise<void> {
    const workload = { pipeline, target: this.ref };
    await this.#terraform(this.#folderOf(pipeline), 'destroy', '-auto-approve');
    await this.driver.takeBackSecrets(workload);
    await this.driver.removeData(workload);
  }

  async dispose(): Promise<void> {
    await this.driver.close();
    for (const folder of this.#folders.values()) {
      rmSync(folder, { recursive: true });
    }
  }

  #folderOf(pipeline: string): string {
    const folder = this.#folders.get(pipeline);
    assert.ok(folder, `${pipeline} was not applied`);
    return folder;
  }

  #write(folder: string, stack: Stack): void {
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(stack));
  }

  async #terraform(folder: string, verb: string, ...args: string[]) {
    const env = {
      ...process.env,
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      TF_CLI_CONFIG_FILE: await terraformCliConfig(),
      ...(await this.driver.terraformEnvironment(this.ref)),
    };
    try {
      await promisify(execFile)(
        'terraform',
        [verb, '-input=false', '-no-color', ...args],
        { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 },
      );
    } catch (error) {
      const { code, stdout, stderr } = error as Record<string, string>;
      throw new Error(
        `terraform ${verb} ended with ${code}: ${stdout}${stderr}`,
      );
    }
  }
}
