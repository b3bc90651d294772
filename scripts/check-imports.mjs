// Checks the direction of dependencies: common ← node ← backend ← modules; the
// frontend sees only common; modules see neither the backend nor each other.
// ESLint's `no-undeclared-imports` and `no-relative-monorepo-imports` see to it
// that nothing is imported that package.json does not declare, so that reading
// package.json is enough here.
import { readdirSync, readFileSync } from 'node:fs';

const common = '@mlpipe/plugin-ml-pipelines-common';
const node = '@mlpipe/plugin-ml-pipelines-node';
const runner = '@mlpipe/terraform-runner';

/** What each package may depend on at run time, among the packages of this repository. */
const allowed = {
  [common]: [],
  [runner]: [],
  [node]: [common],
  '@mlpipe/plugin-ml-pipelines-backend': [common, node, runner],
  '@mlpipe/plugin-ml-pipelines-backend-module-local': [common, node],
  '@mlpipe/plugin-ml-pipelines-backend-module-kubernetes': [common, node],
  '@mlpipe/plugin-scaffolder-backend-module-ml-pipelines': [common],
  '@mlpipe/plugin-catalog-backend-module-ml-pipelines': [common],
  '@mlpipe/plugin-kubernetes-backend-module-ml-pipelines': [common],
  '@mlpipe/plugin-ml-pipelines': [common],
};

const problems = [];
for (const folder of ['packages', 'plugins']) {
  for (const name of readdirSync(folder)) {
    let manifest;
    try {
      manifest = JSON.parse(
        readFileSync(`${folder}/${name}/package.json`, 'utf8'),
      );
    } catch {
      continue;
    }
    if (!manifest.name.startsWith('@mlpipe/')) {
      continue;
    }
    const may = allowed[manifest.name];
    if (!may) {
      problems.push(
        `${manifest.name} is not in the table of scripts/check-imports.mjs; add what it may depend on.`,
      );
      continue;
    }
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      if (dependency.startsWith('@mlpipe/') && !may.includes(dependency)) {
        problems.push(
          `${manifest.name} must not depend on ${dependency}; it may use: ${
            may.join(', ') || 'none of ours'
          }.`,
        );
      }
      if (
        /^(cdktf|constructs)$/.test(dependency) &&
        manifest.name !== node &&
        !manifest.name.includes('backend-module')
      ) {
        problems.push(
          `${manifest.name} must not know ${dependency}; only -node and the driver modules build stacks.`,
        );
      }
    }
  }
}
for (const problem of problems) {
  console.error(problem);
}
process.exitCode = problems.length ? 1 : 0;
