import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { code, page, table } from './markdown';

const ROUTES = 'plugins/ml-pipelines-backend/src/routes';

/** Every route of the backend's JSON API, by what it is about. */
export function httpApiPage(): string {
  const routes = readdirSync(ROUTES)
    .filter(name => /Router\.ts$/.test(name))
    .flatMap(name => routesOf(readFileSync(join(ROUTES, name), 'utf8')));
  const methods = new Map<string, string[]>();
  for (const { method, path } of routes) {
    methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  return page(
    'HTTP API',
    'Below `/api/ml-pipelines` of the portal. Requests carry a Backstage token: without one the answer is 401, without [permission](permissions.md) 403, and wrong input is answered with 400 and what is wrong with it. What a caller may not see is answered with 404.',
    'Programs in TypeScript use `MlPipelinesClient` of `@mlpipe/plugin-ml-pipelines-common`, which has a method for each route, with types and comments of what goes in and out.',
    table(
      ['path', 'methods'],
      [...methods]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([path, list]) => [code(path), list.sort().join(', ')]),
    ),
  );
}

function routesOf(source: string) {
  return [
    ...source.matchAll(
      /router\.(get|put|post|delete)\(\s*(?:'(\/[^']*)'|`(\/[^`]*)`)/g,
    ),
  ].map(([, method, plain, template]) => ({
    method: method.toUpperCase(),
    path: (plain ?? template).replace(/\$\{(\w+)\}/g, '{$1}'),
  }));
}
