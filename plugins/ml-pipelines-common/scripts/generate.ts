/* eslint-disable no-restricted-imports, no-restricted-syntax, no-console --
   a program for Node.js, not part of the isomorphic library */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles } from '../src/jsonSchema/generatedFiles';
import { createBuiltinCatalogue } from '../src/nodes/builtin';

const root = join(__dirname, '..', 'schema');
rmSync(root, { recursive: true, force: true });
const files = generatedFiles(createBuiltinCatalogue());
for (const [path, content] of files) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
console.log(`Wrote ${files.size} files to ${root}`);
