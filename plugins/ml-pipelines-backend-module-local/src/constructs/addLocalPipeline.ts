import type { Construct } from 'constructs';
import { DataResource, TerraformOutput } from 'cdktf';
import type { RuntimeMode } from '@mlpipe/plugin-ml-pipelines-common';
import { terraformLiteral } from '@mlpipe/plugin-ml-pipelines-node';
import { AGENT_ARGUMENTS } from '../client/HostAgent';
import { releaseEnvironment } from './releaseEnvironment';

/** What `mlpipe host release` is asked to run. */
export interface LocalRelease {
  release: string;
  revision: number;
  digest: string;
  mode: RuntimeMode;
  spec: object;
  host: string;
  port: number;
  memoryMiB: number;
  secretsVersion: string | null;
  readyTimeoutSeconds: number;
  user: string | null;
  /** The runtime's command; null = the runtime that the agent belongs to. */
  command: string[] | null;
}

/** Options of {@link addLocalPipeline}. */
export interface LocalPipelineOptions {
  /** Name of the pipeline. */
  pipeline: string;
  pythonPath: string;
  root: string;
  /** `null` for a batch, which listens nowhere. */
  endpoint: string | null;
  release: LocalRelease;
}

/**
 * Adds a pipeline on the portal's machine, as two resources because of what
 * Terraform does with provisioners: `pipeline` is never replaced and only takes
 * everything away when it is destroyed (destroy provisioners are skipped for
 * tainted and replaced-before-destroy resources); `release` is replaced for
 * every new release and only brings it up (the agent stops the old one).
 */
export function addLocalPipeline(
  scope: Construct,
  options: LocalPipelineOptions,
): void {
  const { release, endpoint } = options;
  const agent = {
    type: 'local-exec' as const,
    // The command word is appended as the last argument; there is no shell.
    interpreter: [options.pythonPath, ...AGENT_ARGUMENTS].map(terraformLiteral),
  };
  const environment = {
    MLPIPE_ROOT: terraformLiteral(options.root),
    MLPIPE_PIPELINE: terraformLiteral(options.pipeline),
  };

  const pipeline = new DataResource(scope, 'pipeline', {
    provisioners: [
      { ...agent, when: 'destroy', command: 'remove', environment },
    ],
  });

  new DataResource(scope, 'release', {
    triggersReplace: { release: release.release, digest: release.digest },
    dependsOn: [pipeline],
    provisioners: [
      {
        ...agent,
        when: 'create',
        command: 'release',
        environment: { ...environment, ...releaseEnvironment(release) },
      },
    ],
  }).overrideLogicalId('release');

  if (endpoint !== null) {
    const output = new TerraformOutput(scope, 'endpoint', {
      value: terraformLiteral(endpoint),
      description: 'Where the pipeline answers',
    });
    output.overrideLogicalId('endpoint');
  }
}
