import type { PipelineDocument } from '@mlpipe/plugin-ml-pipelines-common';
import { createHash } from 'node:crypto';
import type { WorkloadTokens } from '../exchange/WorkloadTokens';
import type { ApiKeyStore } from './ApiKeyStore';
import type { ManagementKeys } from './ManagementKeys';
import type { SecretStore } from './SecretStore';
import type { WorkloadSecretsProvider } from './WorkloadSecretsProvider';

/** Options of {@link DefaultWorkloadSecretsProvider}. */
export interface DefaultWorkloadSecretsProviderOptions {
  secrets: SecretStore;
  apiKeys: ApiKeyStore;
  managementKeys: Pick<ManagementKeys, 'hashes'>;
  workloadTokens: Pick<WorkloadTokens, 'reveal'>;
}

/** Takes values from the secret store and hashes of the keys. */
export class DefaultWorkloadSecretsProvider implements WorkloadSecretsProvider {
  constructor(
    private readonly options: DefaultWorkloadSecretsProviderOptions,
  ) {}

  async version(pipeline: string, document: PipelineDocument) {
    const { secrets, apiKeys, managementKeys } = this.options;
    const [versions, hashes] = await Promise.all([
      secrets.versions(namesIn(document)),
      apiKeys.hashes(pipeline),
    ]);
    return versionOf(document, versions, [
      ...hashes,
      ...managementKeys.hashes(pipeline),
    ]);
  }

  async collect(pipeline: string, document: PipelineDocument) {
    const { secrets, apiKeys, managementKeys, workloadTokens } = this.options;
    const managementKeysSha256 = managementKeys.hashes(pipeline);
    const [values, hashes] = await Promise.all([
      secrets.reveal(namesIn(document)),
      apiKeys.hashes(pipeline),
    ]);
    const versions = new Map(
      [...values].map(([name, { version }]) => [name, version]),
    );
    return {
      version: versionOf(document, versions, [
        ...hashes,
        ...managementKeysSha256,
      ]),
      secrets: {
        environment: Object.fromEntries(
          document.spec.secrets.map(({ env, name }) => [
            env,
            values.get(name)?.value ?? '',
          ]),
        ),
        apiKeysSha256: hashes,
        managementKeysSha256,
        // From the same keys as those of management: it changes when they do.
        workloadToken: workloadTokens.reveal(pipeline),
      },
    };
  }
}

function namesIn(document: PipelineDocument): string[] {
  return [...new Set(document.spec.secrets.map(secret => secret.name))];
}

/** Short and safe as part of a name; says nothing about the values. */
function versionOf(
  document: PipelineDocument,
  versions: Map<string, number>,
  hashes: string[],
): string {
  const content = [
    ...document.spec.secrets
      .map(({ env, name }) => `${env}=${name}@${versions.get(name)}`)
      .sort(),
    ...[...hashes].sort(),
  ].join('\n');
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
