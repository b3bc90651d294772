import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type { PipelineDocument } from '@mlpipe/plugin-ml-pipelines-common';
import {
  PipelineStackRequest,
  synthesizeStack,
  TargetRef,
} from '@mlpipe/plugin-ml-pipelines-node';
import { ClusterConnection } from '../client/ClusterConnection';
import { KubernetesDriver } from '../KubernetesDriver';
import {
  KubernetesTargetConfig,
  kubernetesTargetConfigSchema,
} from '../targetConfig';
import { TerraformFolder } from './terraform';

/** Path of the kubeconfig of a cluster that tests may fill and empty. */
export const kubeconfigPath = process.env.TEST_KUBECONFIG;

/** For suites that need a real API server: skipped, and counted as such, without `TEST_KUBECONFIG`. */
export const describeWithCluster = kubeconfigPath ? describe : describe.skip;

type Config = KubernetesTargetConfig;
type Request = PipelineStackRequest<Config>;

/** What is wrong shows in the results. */
const silent: LoggerService = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  child: () => silent,
};

/** A target on the cluster of `TEST_KUBECONFIG`, in a namespace of its own. */
export class TestTarget {
  readonly #folders: TerraformFolder[] = [];

  private constructor(
    readonly driver: KubernetesDriver,
    readonly ref: TargetRef<Config>,
    readonly connection: ClusterConnection,
  ) {}

  /**
   * @param config - what an administrator would fill in; the namespace is chosen here by default
   * @param as - other credentials than those of the administrator of the cluster
   */
  static create(
    config: JsonObject = {},
    as: { name?: string; credentials?: JsonObject } = {},
  ): TestTarget {
    const name = as.name ?? `mlp-${randomBytes(4).toString('hex')}`;
    const ref = {
      name,
      config: kubernetesTargetConfigSchema.parse({
        namespace: { name },
        ...config,
      }),
      credentials: as.credentials ?? {
        kubeconfig: readFileSync(kubeconfigPath!, 'utf8'),
      },
    };
    const driver = new KubernetesDriver({
      config: {
        image: { repository: 'localhost/pipeline-runtime', tag: 'test' },
      },
      logger: silent,
    });
    return new TestTarget(driver, ref, new ClusterConnection(ref));
  }

  /** A folder for Terraform, by default with the credentials of the target. */
  async folder(env?: Record<string, string>): Promise<TerraformFolder> {
    const folder = new TerraformFolder(
      await mkdtemp(join(tmpdir(), 'mlk-')),
      env ?? (await this.driver.terraformEnvironment(this.ref)),
    );
    this.#folders.push(folder);
    return folder;
  }

  targetStack(): JsonObject {
    return synthesizeStack({
      name: 'target',
      build: scope => this.driver.buildTargetStack(scope, this.ref),
    });
  }

  /** What the portal would ask for, with the facts that the driver finds. */
  async request(
    document: PipelineDocument,
    overrides: Partial<Request> = {},
  ): Promise<Request> {
    const asked = {
      pipeline: document.metadata.name,
      target: this.ref,
      document,
      revision: 1,
      release: 'first',
      force: false,
      ...overrides,
    };
    return { ...asked, facts: await this.driver.gatherFacts(asked) };
  }

  stackOf(request: Request): JsonObject {
    return synthesizeStack({
      name: request.pipeline,
      build: scope => this.driver.buildPipelineStack(scope, request),
    });
  }

  /** Makes the namespace with its own stack. */
  async prepare(): Promise<void> {
    const folder = await this.folder();
    await folder.write(this.targetStack());
    const { code, output } = await folder.apply();
    if (code !== 0) {
      throw new Error(output);
    }
  }

  /** Asks again until there is an answer, at most as long as the test may take. */
  async eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const seen = await look();
      if (seen !== undefined) {
        return seen;
      }
      await new Promise(done => setTimeout(done, 50));
    }
  }

  /** Deletes the namespace with all that is in it. */
  async dispose(): Promise<void> {
    await this.connection.delete(
      `/api/v1/namespaces/${this.ref.config.namespace.name}`,
    );
    await this.connection.close();
    await this.driver.close();
    await Promise.all(
      this.#folders.map(({ path }) => rm(path, { recursive: true })),
    );
  }
}
