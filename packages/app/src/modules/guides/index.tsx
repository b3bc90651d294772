import {
  createFrontendModule,
  PluginHeaderActionBlueprint,
} from '@backstage/frontend-plugin-api';
import { GuidesLink } from './GuidesLink';

/** The link to the guides in the header of the ML pipelines pages. */
export const guidesModule = createFrontendModule({
  pluginId: 'ml-pipelines',
  extensions: [
    PluginHeaderActionBlueprint.make({
      name: 'guides',
      params: { loader: async () => <GuidesLink /> },
    }),
  ],
});
