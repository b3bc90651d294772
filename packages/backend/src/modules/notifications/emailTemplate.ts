import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import type { Notification } from '@backstage/plugin-notifications-common';
import { notificationsEmailTemplateExtensionPoint } from '@backstage/plugin-notifications-backend-module-email';
import { resolveNotificationLink } from '@backstage/plugin-notifications-node';

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string) =>
  text.replace(/[&<>"']/g, char => ESCAPES[char]);

/**
 * What e-mails say. The stock text puts descriptions into HTML as they are,
 * but ours hold what people write and lines of logs.
 */
export default createBackendModule({
  pluginId: 'notifications',
  moduleId: 'email-template',
  register(reg) {
    reg.registerInit({
      deps: {
        config: coreServices.rootConfig,
        template: notificationsEmailTemplateExtensionPoint,
      },
      async init({ config, template }) {
        const baseUrl = config.getString('app.baseUrl');
        const linkOf = ({ payload }: Notification) =>
          (payload.link && resolveNotificationLink(payload.link, baseUrl)) ??
          `${baseUrl}/notifications`;
        template.setTemplateRenderer({
          getSubject: async ({ payload }) => payload.title,
          getText: async notification =>
            [notification.payload.description, linkOf(notification)]
              .filter(Boolean)
              .join('\n\n'),
          getHtml: async notification => {
            const text = escape(notification.payload.description ?? '');
            const link = escape(linkOf(notification));
            return [
              ...(text ? [`<p>${text.replace(/\n/g, '<br/>')}</p>`] : []),
              `<p><a href="${link}">${link}</a></p>`,
            ].join('\n');
          },
        });
      },
    });
  },
});
