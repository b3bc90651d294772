import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { RiFlowChart } from '@remixicon/react';
import { mlPipelinesApi } from './extensions/api';
import { entityExtensions } from './extensions/entityPage';
import { formFields } from './extensions/formFields';
import { pages } from './extensions/pages';
import { draftRouteRef, rootRouteRef } from './routes';

/** Pages, entity tabs and form fields of ML pipelines. @public */
export const mlPipelinesPlugin = createFrontendPlugin({
  pluginId: 'ml-pipelines',
  title: 'ML pipelines',
  icon: <RiFlowChart />,
  routes: { root: rootRouteRef, draft: draftRouteRef },
  extensions: [mlPipelinesApi, ...pages, ...entityExtensions, ...formFields],
});
