import { mockServices } from '@backstage/backend-test-utils';
import { eventually } from '../__testUtils__/eventually';
import type { DeploymentStore } from '../deployments/DeploymentStore';
import { Lease } from './Lease';
import { StopSignal } from './StopSignal';

const renewal = jest.fn<
  ReturnType<DeploymentStore['renew']>,
  Parameters<DeploymentStore['renew']>
>();

function setup(leaseSeconds: number) {
  const stop = new StopSignal();
  const lease = new Lease({
    store: { renew: renewal } as Partial<DeploymentStore> as DeploymentStore,
    claim: { id: 'd', owner: 'o' },
    leaseSeconds,
    stop,
    logger: mockServices.logger.mock(),
  });
  lease.start();
  return { stop, lease };
}

describe('Lease', () => {
  afterEach(() => renewal.mockReset());

  it('is lost when the database cannot be reached until it must have expired', async () => {
    renewal.mockRejectedValue(new Error('connection refused'));
    const { stop, lease } = setup(0.3);
    await eventually('the loss', () => stop.kind === 'lease-lost');
    expect(renewal.mock.calls.length).toBeGreaterThan(1);
    await lease.end();
  });

  it('is lost when the database does not answer in time', async () => {
    let answer: (value: { cancelRequested: boolean }) => void = () => {};
    renewal.mockReturnValue(
      new Promise(resolve => {
        answer = resolve;
      }),
    );
    const { stop, lease } = setup(0.3);
    await eventually('the loss', () => stop.kind === 'lease-lost');
    answer({ cancelRequested: false });
    await lease.end();
  });

  it('survives a single failure', async () => {
    renewal
      .mockRejectedValueOnce(new Error('hiccup'))
      .mockResolvedValue({ cancelRequested: false });
    const { stop, lease } = setup(0.3);
    await eventually('renewals', () => renewal.mock.calls.length >= 5);
    expect(stop.kind).toBeUndefined();
    await lease.end();
  });

  it('is lost when somebody else has it, whatever else was wished', async () => {
    renewal
      .mockResolvedValueOnce({ cancelRequested: true })
      .mockResolvedValue(undefined);
    const { stop, lease } = setup(30);
    await lease.renew();
    expect(stop.kind).toBe('cancel');
    await lease.renew();
    expect(stop.kind).toBe('lease-lost');
    await lease.end();
  });
});
