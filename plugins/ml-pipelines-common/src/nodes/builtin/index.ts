import { NodeCatalogue } from '../NodeCatalogue';
import { apiEndpoint } from './deploy/apiEndpoint';
import { scoresFile } from './deploy/scoresFile';
import { streamAlerting } from './deploy/streamAlerting';
import { isolationForest } from './model/isolationForest';
import { logFeatures } from './preprocess/logFeatures';
import { normalisation } from './preprocess/normalisation';
import { csvFile } from './source/csvFile';
import { httpPush } from './source/httpPush';
import { kafka } from './source/kafka';
import { logFileTail } from './source/logFileTail';
import { syslog } from './source/syslog';

export { LOG_FEATURE_GROUPS } from './preprocess/logFeatures';

/** Every node type that comes with the platform. @public */
export const builtinNodeTypes = [
  logFileTail,
  httpPush,
  syslog,
  kafka,
  csvFile,
  logFeatures,
  normalisation,
  isolationForest,
  apiEndpoint,
  streamAlerting,
  scoresFile,
];

/** A fresh catalogue of the built-in node types. @public */
export function createBuiltinCatalogue(): NodeCatalogue {
  return new NodeCatalogue(builtinNodeTypes);
}
