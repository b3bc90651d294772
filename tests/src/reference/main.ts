/* eslint-disable no-console -- a program */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertMetricsPage } from './alertMetricsPage';
import { httpApiPage } from './httpApiPage';
import { nodeTypesPage } from './nodeTypesPage';
import { permissionsPage } from './permissionsPage';
import { problemsPage } from './problemsPage';

// Writes the reference pages from the catalogue and the routes; run from the
// root, by scripts/generate.sh.
const folder = 'docs/reference';
const pages = {
  'node-types': nodeTypesPage(),
  'alert-metrics': alertMetricsPage(),
  problems: problemsPage(),
  permissions: permissionsPage(),
  'http-api': httpApiPage(),
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(pages)) {
  writeFileSync(join(folder, `${name}.md`), text);
}
console.log(`Wrote ${Object.keys(pages).length} pages to ${folder}`);
