import {
  coreServices,
  createBackendFeatureLoader,
} from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import email from '@backstage/plugin-notifications-backend-module-email';
import slack from '@backstage/plugin-notifications-backend-module-slack';
import emailTemplate from './emailTemplate';

const PROCESSORS = 'notifications.processors';

const sendsEmail = (config: Config) => config.has(`${PROCESSORS}.email.sender`);

const sendsToSlack = (config: Config) =>
  (config.getOptionalConfigArray(`${PROCESSORS}.slack`) ?? []).some(workspace =>
    workspace.has('token'),
  );

/**
 * Sends notifications by e-mail and to Slack, too, where that is configured:
 * the stock modules do not start without a sender or a token. Values that come
 * from variables which the environment lacks count as not configured.
 */
export default createBackendFeatureLoader({
  deps: { config: coreServices.rootConfig },
  *loader({ config }) {
    if (sendsEmail(config)) {
      yield email;
      yield emailTemplate;
    }
    if (sendsToSlack(config)) {
      yield slack;
    }
  },
});
