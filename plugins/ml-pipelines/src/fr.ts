import { alerts } from './translations/fr/alerts';
import { catalogue } from './translations/fr/catalogue';
import { changes } from './translations/fr/changes';
import { common } from './translations/fr/common';
import { connection } from './translations/fr/connection';
import { forms } from './translations/fr/forms';
import { inspection } from './translations/fr/inspection';
import { models } from './translations/fr/models';
import { monitoring } from './translations/fr/monitoring';
import { overview } from './translations/fr/overview';
import { pipeline } from './translations/fr/pipeline';
import { portfolio } from './translations/fr/portfolio';
import { problems } from './translations/fr/problems';
import { revisions } from './translations/fr/revisions';
import { runs } from './translations/fr/runs';
import { sources } from './translations/fr/sources';
import { targets } from './translations/fr/targets';
import { workloads, workloadWords } from './translations/fr/workloads';

/** All messages in French. */
const messages = {
  ...common,
  ...overview,
  ...pipeline,
  ...monitoring,
  ...alerts,
  ...models,
  ...runs,
  ...sources,
  ...forms,
  ...revisions,
  ...changes,
  ...portfolio,
  ...connection,
  ...inspection,
  ...targets,
  ...workloads,
  ...workloadWords,
  ...catalogue,
  ...problems,
};

export default messages;
