import { mockServices } from '@backstage/backend-test-utils';
import { EventsChangeNotifier } from './EventsChangeNotifier';

describe('EventsChangeNotifier', () => {
  const setup = (publish: () => Promise<void>) => {
    const logger = mockServices.logger.mock();
    const events = { publish: jest.fn(publish), subscribe: jest.fn() };
    const signals = { publish: jest.fn(publish) };
    const notifier = new EventsChangeNotifier({ events, signals, logger });
    return { notifier, events, signals, logger };
  };

  it('tells plugins what changed and pages where to look', async () => {
    const { notifier, events, signals } = setup(async () => {});
    await notifier.pipelineChanged('ssh', { deployment: 'd1' });
    await notifier.deploymentProgressed('ssh', 'd2');
    await notifier.pipelineDeleted('ssh');
    await notifier.targetChanged('here');
    await notifier.targetDeleted('here');
    expect(events.publish.mock.calls).toEqual(
      [
        { type: 'pipeline-changed', name: 'ssh' },
        { type: 'pipeline-deleted', name: 'ssh' },
        { type: 'target-changed', name: 'here' },
        { type: 'target-deleted', name: 'here' },
      ].map(eventPayload => [{ topic: 'ml-pipelines', eventPayload }]),
    );
    expect(signals.publish.mock.calls).toEqual(
      [
        { pipeline: 'ssh', deployment: 'd1' },
        { pipeline: 'ssh', deployment: 'd2' },
        { pipeline: 'ssh' },
      ].map(message => [
        {
          channel: 'ml-pipelines',
          recipients: { type: 'broadcast' },
          message,
        },
      ]),
    );
  });

  it('never fails what it reports on', async () => {
    const { notifier, signals, logger } = setup(async () => {
      throw new Error('no broker');
    });
    await notifier.pipelineChanged('ssh');
    await notifier.targetDeleted('here');
    expect(signals.publish).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledTimes(3);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('no broker'),
    );
  });
});
