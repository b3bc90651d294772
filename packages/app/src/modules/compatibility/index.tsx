import type { PropsWithChildren } from 'react';
import { compatWrapper } from '@backstage/core-compat-api';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { AppRootWrapperBlueprint } from '@backstage/plugin-app-react';

/** Gives plugins the app context of the old frontend system; the reader of TechDocs still asks for it. */
export const compatibilityModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    AppRootWrapperBlueprint.make({
      name: 'compatibility',
      params: {
        component: ({ children }: PropsWithChildren<{}>) =>
          compatWrapper(<>{children}</>),
      },
    }),
  ],
});
