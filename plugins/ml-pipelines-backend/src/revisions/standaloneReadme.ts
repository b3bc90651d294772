import type { JsonObject } from '@backstage/types';
import type { Revision } from '@mlpipe/plugin-ml-pipelines-common';
import type { StandaloneNotes } from '@mlpipe/plugin-ml-pipelines-node';

/** What somebody has to know who has nothing but the directory. */
export function standaloneReadme(
  revision: Revision,
  stack: JsonObject,
  notes: StandaloneNotes,
): string {
  const { pipeline, document } = revision;
  const { metadata, spec } = document;
  const variables = Object.entries(
    (stack.variable ?? {}) as Record<
      string,
      { description?: string; default?: unknown }
    >,
  );
  return [
    `# ${oneLine(metadata.title ?? pipeline)}`,
    '',
    `Revision ${revision.revision} of the pipeline \`${pipeline}\`, as a Terraform directory that runs without the portal. It was exported from target \`${spec.target}\`.`,
    '',
    '| file | what it is |',
    '| ---- | ---------- |',
    '| `main.tf.json` | what Terraform brings up |',
    '| `pipeline.yaml` | the pipeline, for reading and for the portal |',
    ...Object.keys(notes.files ?? {}).map(
      name => `| \`${name}\` | read by \`main.tf.json\` |`,
    ),
    '',
    '## Run it',
    '',
    '```sh',
    'terraform init',
    'terraform plan',
    'terraform apply',
    '```',
    '',
    'OpenTofu does as well. The state is kept in `terraform.tfstate` here; keep it, because `terraform destroy` needs it to take the pipeline away again.',
    '',
    '**Do not apply it to the place where the portal runs the same pipeline**: the two would replace each other.',
    '',
    ...(variables.length > 0
      ? [
          '## Variables',
          '',
          '| name | default | what it is |',
          '| ---- | ------- | ---------- |',
          ...variables.map(
            ([name, { description, default: value }]) =>
              `| \`${name}\` | \`${JSON.stringify(value ?? null)}\` | ${
                description ?? ''
              } |`,
          ),
          '',
        ]
      : []),
    '## What it needs',
    '',
    '- Terraform 1.4 or newer, or OpenTofu.',
    notes.requirements,
    '',
    '## Secrets',
    '',
    ...(spec.secrets.length > 0
      ? [
          'The pipeline expects these; their values are not part of this directory:',
          '',
          '| environment variable | secret of the portal |',
          '| -------------------- | -------------------- |',
          ...spec.secrets.map(
            ({ env, name }) => `| \`${env}\` | \`${name}\` |`,
          ),
          '',
        ]
      : ['The pipeline names no secret.', '']),
    notes.secrets,
    '',
  ].join('\n');
}

/** A title is text of people, and must stay one heading. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
