import {
  createRouteRef,
  createSubRouteRef,
} from '@backstage/frontend-plugin-api';

/** The page *ML pipelines*. */
export const rootRouteRef = createRouteRef();

/** Sends a draft to its template's form; parameter `id`. */
export const draftRouteRef = createSubRouteRef({
  parent: rootRouteRef,
  path: '/drafts/:id',
});
