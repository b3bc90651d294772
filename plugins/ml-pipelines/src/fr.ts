import { catalogue } from './translations/fr/catalogue';
import { common } from './translations/fr/common';
import { forms } from './translations/fr/forms';
import { models } from './translations/fr/models';
import { monitoring } from './translations/fr/monitoring';
import { overview } from './translations/fr/overview';
import { pipeline } from './translations/fr/pipeline';
import { portfolio } from './translations/fr/portfolio';
import { problems } from './translations/fr/problems';
import { runs } from './translations/fr/runs';

/** All messages in French. */
const messages = {
  ...common,
  ...overview,
  ...pipeline,
  ...monitoring,
  ...models,
  ...runs,
  ...forms,
  ...portfolio,
  ...catalogue,
  ...problems,
};

export default messages;
