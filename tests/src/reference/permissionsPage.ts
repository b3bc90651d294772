import { readFileSync } from 'node:fs';
import { mlPipelinesPermissions } from '@mlpipe/plugin-ml-pipelines-common';
import { code, page, table } from './markdown';

const SOURCE = 'plugins/ml-pipelines-common/src/permissions.ts';

/** What a policy can decide about. */
export function permissionsPage(): string {
  const meanings = new Map(
    [
      ...readFileSync(SOURCE, 'utf8').matchAll(
        /\/\*\* ([^*]+?) @public \*\/\nexport const \w+Permission = (?:pipeline\('([\w-]+)'|createPermission\(\{\s*name: '([\w.-]+)')/g,
      ),
    ].map(([, text, short, long]) => [
      long ?? `ml-pipelines.pipeline.${short}`,
      text.replace(/\s+\*?\s*/g, ' '),
    ]),
  );
  return page(
    'Permissions',
    'What a permission policy can decide about. Those of a pipeline can be decided by its owner: the resource type is `ml-pipeline`.',
    table(
      ['permission', 'allows to', 'decided'],
      mlPipelinesPermissions.map(permission => {
        const meaning = meanings.get(permission.name);
        if (!meaning) {
          throw new Error(`${permission.name} has no comment in ${SOURCE}`);
        }
        return [
          code(permission.name),
          meaning,
          permission.type === 'resource' ? 'by pipeline' : 'for all',
        ];
      }),
    ),
  );
}
