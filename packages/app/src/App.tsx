import { createApp } from '@backstage/frontend-defaults';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { navModule } from './modules/nav';
import { translationsModule } from './modules/translations';

export default createApp({
  features: [catalogPlugin, navModule, translationsModule],
});
