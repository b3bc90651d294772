import { renderInTestApp } from '@backstage/frontend-test-utils';
import { toastApiRef } from '@backstage/frontend-plugin-api';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { SubscribeButton } from './SubscribeButton';

it('subscribes, unsubscribes, and says what went wrong', async () => {
  let subscribed = false;
  const setSubscription = jest.fn(async (_: string, wanted: boolean) => {
    subscribed = wanted;
    return { subscribed };
  });
  const post = jest.fn(() => ({ close() {} }));
  renderInTestApp(<SubscribeButton pipeline="ssh" />, {
    apis: [
      [
        mlPipelinesApiRef,
        { getSubscription: async () => ({ subscribed }), setSubscription },
      ],
      [toastApiRef, { post }],
    ],
  });
  const button = async (name: string) => {
    await waitFor(() =>
      expect(screen.getByRole('button', { name })).toBeEnabled(),
    );
    return screen.getByRole('button', { name });
  };
  await userEvent.click(await button('Subscribe'));
  await userEvent.click(await button('Unsubscribe'));
  await button('Subscribe');
  expect(setSubscription.mock.calls).toEqual([
    ['ssh', true],
    ['ssh', false],
  ]);
  setSubscription.mockRejectedValueOnce(new Error('Only people subscribe'));
  await userEvent.click(await button('Subscribe'));
  await waitFor(() =>
    expect(post).toHaveBeenLastCalledWith(
      expect.objectContaining({
        description: 'Only people subscribe',
        status: 'danger',
      }),
    ),
  );
});
