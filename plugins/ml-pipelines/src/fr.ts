import { catalogue } from './translations/fr/catalogue';
import { common } from './translations/fr/common';
import { forms } from './translations/fr/forms';
import { monitoring } from './translations/fr/monitoring';
import { overview } from './translations/fr/overview';
import { pipeline } from './translations/fr/pipeline';
import { problems } from './translations/fr/problems';

/** All messages in French. */
const messages = {
  ...common,
  ...overview,
  ...pipeline,
  ...monitoring,
  ...forms,
  ...catalogue,
  ...problems,
};

export default messages;
