/* eslint-disable no-restricted-syntax, no-console -- a program, not part of the module */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rbacManifest } from '../src/inspect/permissions/rbacManifest';

const folder = join(__dirname, '..', 'rbac');
const namespace = 'ml-pipelines';
const files = {
  'namespaced.yaml': rbacManifest({ namespace, create: false }),
  'cluster.yaml': rbacManifest({ namespace, create: true }),
};
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries(files)) {
  writeFileSync(join(folder, name), content);
}
console.log(`Wrote ${Object.keys(files).length} files to ${folder}`);
