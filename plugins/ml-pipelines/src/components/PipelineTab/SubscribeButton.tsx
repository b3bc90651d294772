import { useState } from 'react';
import { Button, Tooltip, TooltipTrigger } from '@backstage/ui';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { RiNotification3Line, RiNotificationOffLine } from '@remixicon/react';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { useSubscription } from '../../hooks/useSubscription';
import { useText } from '../../translation';

/** Lets the user be notified of the alerts of a pipeline, or not any more. */
export function SubscribeButton({ pipeline }: { pipeline: string }) {
  const t = useText();
  const api = useApi(mlPipelinesApiRef);
  const toasts = useApi(toastApiRef);
  const subscription = useSubscription(pipeline);
  const [busy, setBusy] = useState(false);
  const subscribed = subscription.value ?? false;
  const toggle = async () => {
    setBusy(true);
    try {
      await api.setSubscription(pipeline, !subscribed);
      toasts.post({
        title: t(subscribed ? 'subscription.done.off' : 'subscription.done.on'),
        status: 'success',
        timeout: 5000,
      });
    } catch (error) {
      toasts.post({
        title: t('common.actionFailed'),
        description: toError(error).message,
        status: 'danger',
      });
    } finally {
      setBusy(false);
      subscription.refresh();
    }
  };
  return (
    <TooltipTrigger>
      <Button
        size="small"
        variant="tertiary"
        isPending={busy}
        isDisabled={subscription.value === undefined}
        iconStart={
          subscribed ? <RiNotificationOffLine /> : <RiNotification3Line />
        }
        onPress={toggle}
      >
        {t(subscribed ? 'subscription.unsubscribe' : 'subscription.subscribe')}
      </Button>
      <Tooltip>{t('subscription.subscribe.hint')}</Tooltip>
    </TooltipTrigger>
  );
}
