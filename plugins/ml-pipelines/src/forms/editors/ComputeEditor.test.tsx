import { useState } from 'react';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import type {
  Compute,
  RuntimeMode,
  Target,
} from '@mlpipe/plugin-ml-pipelines-common';
import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ComputeEditor } from './ComputeEditor';
import { computeFits } from './computeLimits';

const capabilities = (more: Partial<Target['capabilities']> = {}) =>
  ({
    serve: true,
    stream: true,
    batch: true,
    autoscaling: true,
    hostFiles: false,
    maxGpus: 2,
    maxCpu: 8,
    maxMemoryMiB: 16384,
    maxReplicas: 5,
    maxWorkers: 16,
    ...more,
  } as Target['capabilities']);

function render(
  options: {
    value?: Partial<Compute>;
    limits?: Partial<Target['capabilities']>;
    mode?: RuntimeMode;
  } = {},
) {
  const values: Array<Partial<Compute>> = [];
  const target = {
    name: 'edge',
    title: 'Edge',
    rateCard: { currency: 'EUR', cpuHour: 0.1, gibHour: 0, gpuHour: 1 },
    capabilities: capabilities(options.limits),
  } as Target;
  function Form() {
    const [value, setValue] = useState(
      options.value ?? { cpu: 1, memoryMiB: 1024, replicas: 2 },
    );
    values.push(value);
    return (
      <ComputeEditor
        value={value}
        target={target}
        mode={options.mode}
        onChange={setValue}
      />
    );
  }
  renderInTestApp(<Form />);
  return { last: () => values[values.length - 1], target };
}

const entry = (name: RegExp) => screen.getByRole('textbox', { name });
const type = async (name: RegExp, value: string) =>
  fireEvent.change(entry(name), { target: { value } });

describe('ComputeEditor', () => {
  it('asks for autoscaling and workers where the target has them', async () => {
    const { last, target } = render({ mode: 'serve' });
    await userEvent.click(
      await screen.findByRole('switch', { name: 'Add replicas under load' }),
    );
    expect(last()).toMatchObject({
      autoscaling: { maxReplicas: 4, targetCpuPercent: 70 },
    });
    await type(/At most/, '9');
    expect(screen.getByText('The target gives at most 5.')).toBeVisible();
    expect(computeFits(last(), target.capabilities)).toBe(false);
    await type(/At most/, '1');
    expect(
      screen.getByText('Not fewer than the 2 that it always has.'),
    ).toBeVisible();
    await type(/At most/, '5');
    expect(
      screen.getByText('About 0.2 EUR per hour, at most 0.5 EUR under load'),
    ).toBeVisible();
    await type(/Aimed use of CPU/, '60');
    await type(/Workers of a run/, '4');
    expect(last()).toEqual({
      cpu: 1,
      memoryMiB: 1024,
      replicas: 2,
      workers: 4,
      autoscaling: { maxReplicas: 5, targetCpuPercent: 60 },
    });
    expect(computeFits(last(), target.capabilities)).toBe(true);
    await userEvent.click(
      screen.getByRole('switch', { name: 'Add replicas under load' }),
    );
    expect(last()).not.toHaveProperty('autoscaling');
  });

  it.each([
    ['the target has neither', { autoscaling: false, maxWorkers: 1 }, 'serve'],
    ['it is no endpoint', { maxWorkers: 1 }, 'stream'],
  ] as const)('asks for none of it where %s', async (_, limits, mode) => {
    render({ limits, mode });
    expect(
      await screen.findByRole('textbox', { name: /Replicas/ }),
    ).toBeVisible();
    expect(screen.queryByRole('switch')).toBeNull();
    expect(screen.queryByRole('textbox', { name: /Workers/ })).toBeNull();
  });

  it('says what a target does not do that was chosen for another', async () => {
    const { last, target } = render({
      value: {
        cpu: 1,
        memoryMiB: 1024,
        replicas: 1,
        workers: 8,
        autoscaling: { maxReplicas: 3, targetCpuPercent: 70 },
      },
      limits: { autoscaling: false, maxWorkers: 1 },
      mode: 'serve',
    });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The target Edge does not do this.',
    );
    expect(screen.getByText('The target Edge gives at most 1.')).toBeVisible();
    expect(computeFits(last(), target.capabilities)).toBe(false);
  });

  it('asks for the product of a GPU once there is one', async () => {
    const { last } = render();
    expect(await screen.findByRole('textbox', { name: /GPUs/ })).toBeVisible();
    expect(screen.queryByRole('textbox', { name: /GPU type/ })).toBeNull();
    await type(/GPUs/, '1');
    await type(/GPU type/, 'NVIDIA A40');
    expect(last().gpu).toEqual({ count: 1, type: 'NVIDIA A40' });
  });
});
