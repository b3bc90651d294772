import type {
  PipelineDocument,
  RuntimeMode,
} from '@mlpipe/plugin-ml-pipelines-common';
import {
  StandaloneNotes,
  terraformLiteral,
} from '@mlpipe/plugin-ml-pipelines-node';
import { DataResource, TerraformOutput, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import { AGENT_ARGUMENTS } from '../client/HostAgent';

/** Options of {@link addStandalonePipeline}. */
export interface StandalonePipelineOptions {
  pipeline: string;
  revision: number;
  mode: RuntimeMode;
  document: PipelineDocument;
  /** Where it listens unless the variable says otherwise. */
  port: number;
  readyTimeoutSeconds: number;
}

/** Holds what the agent is asked to run, apart from what variables decide. */
const RELEASE_FILE = 'release.json';
// Terraform counts characters, the kernel takes 128 KiB for one variable
// (execve(2)), and a character takes four bytes at most.
const PART_LENGTH = 30_000;
/** Room for what variables add. */
const SLACK = 10_000;

/**
 * Adds a pipeline on whatever machine Terraform runs on, with variables for
 * all that differs from machine to machine. What is removed must be known from
 * the state alone, because provisioners that destroy see no variables.
 */
export function addStandalonePipeline(
  scope: Construct,
  options: StandalonePipelineOptions,
): StandaloneNotes {
  const { pipeline, revision, document } = options;
  const variable = (
    name: string,
    config: { type: string; default: string | number; description: string },
  ) => new TerraformVariable(scope, name, { ...config, nullable: false });
  variable('python_path', {
    type: 'string',
    default: 'python3',
    description: 'A Python that has the package pipeline-runtime',
  });
  variable('root', {
    type: 'string',
    default: './data',
    description: 'Folder for releases, models, offsets and logs',
  });
  variable('host', {
    type: 'string',
    default: '127.0.0.1',
    description: 'Address that the pipeline listens on',
  });
  variable('port', {
    type: 'number',
    default: options.port,
    description: 'Port that the pipeline listens on',
  });
  variable('run_as_user', {
    type: 'string',
    default: '',
    description: 'User that the pipeline runs as; the caller when empty',
  });
  variable('secrets_version', {
    type: 'string',
    default: '',
    description:
      'Version under which secrets were handed over; none when empty',
  });

  const release = JSON.stringify(
    {
      revision,
      mode: options.mode,
      spec: document,
      memoryMiB: document.spec.compute.memoryMiB,
      readyTimeoutSeconds: options.readyTimeoutSeconds,
      command: null,
    },
    null,
    2,
  );
  const orNull = (name: string) => `(var.${name} == "" ? null : var.${name})`;
  const changing = `{ host = var.host, port = var.port, user = ${orNull(
    'run_as_user',
  )}, secretsVersion = ${orNull('secrets_version')} }`;
  const file = `file("\${path.module}/${RELEASE_FILE}")`;
  const digest = `sha256(jsonencode([${file}, ${changing}]))`;
  const whole = `jsonencode(merge(jsondecode(${file}), ${changing}, { digest = ${digest}, release = "r${revision}-\${substr(${digest}, 0, 8)}" }))`;
  const parts = Math.ceil((release.length + SLACK) / PART_LENGTH);
  const releaseEnvironment = Object.fromEntries(
    Array.from({ length: parts }, (_, part) => [
      part === 0 ? 'MLPIPE_RELEASE' : `MLPIPE_RELEASE_${part}`,
      parts === 1
        ? `\${${whole}}`
        : `\${substr(${whole}, ${part * PART_LENGTH}, ${PART_LENGTH})}`,
    ]),
  );

  const owner = new DataResource(scope, 'pipeline', {
    input: {
      python: '${var.python_path}',
      root: '${abspath(var.root)}',
      pipeline: terraformLiteral(pipeline),
    },
    provisioners: [
      {
        type: 'local-exec',
        when: 'destroy',
        command: 'remove',
        interpreter: ['${self.input.python}', ...AGENT_ARGUMENTS],
        environment: {
          MLPIPE_ROOT: '${self.input.root}',
          MLPIPE_PIPELINE: '${self.input.pipeline}',
        },
      },
    ],
  });
  new DataResource(scope, 'release', {
    triggersReplace: { digest: `\${${digest}}` },
    dependsOn: [owner],
    provisioners: [
      {
        type: 'local-exec',
        when: 'create',
        command: 'release',
        interpreter: ['${var.python_path}', ...AGENT_ARGUMENTS],
        environment: {
          MLPIPE_ROOT: '${abspath(var.root)}',
          MLPIPE_PIPELINE: terraformLiteral(pipeline),
          ...releaseEnvironment,
        },
      },
    ],
  }).overrideLogicalId('release');
  new TerraformOutput(scope, 'endpoint', {
    value: '${format("http://%s:%d", var.host, var.port)}',
    description: 'Where the pipeline answers',
  }).overrideLogicalId('endpoint');

  return {
    requirements: [
      '- Linux, and Python 3.11 or newer with the package `pipeline-runtime` of the same version as the portal; name its interpreter with `-var python_path=…`.',
      '- Files that the pipeline reads, at the paths that its nodes name.',
      '- A free port; another one with `-var port=…`.',
    ].join('\n'),
    secrets: [
      'Values go to the agent over standard input, never through Terraform:',
      '',
      '```sh',
      `mlpipe host secrets --root ./data --pipeline ${pipeline} --version v1 < secrets.json`,
      'terraform apply -var secrets_version=v1',
      '```',
      '',
      '`secrets.json` has the form `{"env": {"NAME": "value"}, "apiKeysSha256": ["…"]}`. The second list holds the SHA-256 of each API key that the endpoint accepts (`printf %s "$API_KEY" | sha256sum`); delete the file afterwards.',
    ].join('\n'),
    files: { [RELEASE_FILE]: `${release}\n` },
  };
}
