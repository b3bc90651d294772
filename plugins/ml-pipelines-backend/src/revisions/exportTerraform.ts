import type { JsonObject, JsonValue } from '@backstage/types';
import {
  Revision,
  stringifyPipeline,
} from '@mlpipe/plugin-ml-pipelines-common';
import {
  StandaloneNotes,
  synthesizeStack,
} from '@mlpipe/plugin-ml-pipelines-node';
import type { RegisteredTarget } from '../targets/TargetRegistry';
import { standaloneReadme } from './standaloneReadme';

/** Where a driver has nothing to say. */
const NO_NOTES: StandaloneNotes = {
  requirements:
    '- Whatever the providers of `main.tf.json` need to reach the target.',
  secrets:
    'Bring the values to the workload the way the target offers, under the names of the variables above.',
};

/**
 * The files of a directory in which Terraform brings a revision up without the
 * portal: no secret value, no address or token of the portal.
 */
export async function exportTerraform(
  revision: Revision,
  { driver, ref }: RegisteredTarget,
): Promise<Record<string, string>> {
  const { pipeline, document } = revision;
  const request = {
    pipeline,
    target: ref,
    revision: revision.revision,
    document,
    release: `r${revision.revision}`,
  };
  let notes = NO_NOTES;
  const stack = driver.buildStandaloneStack
    ? synthesizeStack({
        name: pipeline,
        backend: 'none',
        build: scope => {
          notes = driver.buildStandaloneStack?.(scope, request) ?? NO_NOTES;
        },
      })
    : await deployedStack(driver, request);
  return {
    'main.tf.json': `${JSON.stringify(withoutMetadata(stack), null, 2)}\n`,
    'pipeline.yaml': stringifyPipeline(document),
    'README.md': standaloneReadme(revision, stack, notes),
    ...notes.files,
  };
}

/** What the portal itself would apply. */
async function deployedStack(
  driver: RegisteredTarget['driver'],
  asked: Omit<
    Parameters<RegisteredTarget['driver']['gatherFacts']>[0],
    'force'
  >,
): Promise<JsonObject> {
  const request = { ...asked, force: false };
  const facts = await driver.gatherFacts(request);
  return synthesizeStack({
    name: asked.pipeline,
    backend: 'none',
    build: scope => driver.buildPipelineStack(scope, { ...request, facts }),
  });
}

/** Comments about the tree of constructs say nothing to people. */
function withoutMetadata(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(withoutMetadata);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//')
      .map(([key, child]) => [key, withoutMetadata(child ?? null)]),
  );
}
