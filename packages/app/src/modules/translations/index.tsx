import {
  AppRootElementBlueprint,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import { TranslationBlueprint } from '@backstage/plugin-app-react';
import { mlPipelinesTranslations } from '@mlpipe/plugin-ml-pipelines';
import { DocumentLanguage } from './DocumentLanguage';

/** Languages beside English; `app.extensions` in the configuration offers them. */
export const translationsModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    TranslationBlueprint.make({
      name: 'ml-pipelines',
      params: { resource: mlPipelinesTranslations },
    }),
    AppRootElementBlueprint.make({
      name: 'document-language',
      params: { element: <DocumentLanguage /> },
    }),
  ],
});
