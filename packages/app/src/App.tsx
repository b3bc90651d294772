import { createApp } from '@backstage/frontend-defaults';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { compatibilityModule } from './modules/compatibility';
import { guidesModule } from './modules/guides';
import { navModule } from './modules/nav';
import { translationsModule } from './modules/translations';

export default createApp({
  features: [
    catalogPlugin,
    compatibilityModule,
    guidesModule,
    navModule,
    translationsModule,
  ],
});
