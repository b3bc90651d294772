import {
  alertApiRef,
  createApiFactory,
  createPlugin,
  createRoutableExtension,
  createRouteRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { toastApiRef } from '@backstage/frontend-plugin-api';
import { MlPipelinesClient } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { createAlertToasts } from './createAlertToasts';

const rootRouteRef = createRouteRef({ id: 'ml-pipelines' });

/** @public */
export const mlPipelinesPlugin = createPlugin({
  id: 'ml-pipelines',
  routes: { root: rootRouteRef },
  apis: [
    createApiFactory({
      api: mlPipelinesApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new MlPipelinesClient(deps),
    }),
    // Old apps have alerts where new ones have toasts.
    createApiFactory({
      api: toastApiRef,
      deps: { alertApi: alertApiRef },
      factory: ({ alertApi }) => createAlertToasts(alertApi),
    }),
  ],
});

/** The page *ML pipelines*; mount it at `/ml-pipelines`, where links expect it. @public */
export const MlPipelinesPage = mlPipelinesPlugin.provide(
  createRoutableExtension({
    name: 'MlPipelinesPage',
    component: () => import('./PipelinesPage').then(m => m.PipelinesPage),
    mountPoint: rootRouteRef,
  }),
);
