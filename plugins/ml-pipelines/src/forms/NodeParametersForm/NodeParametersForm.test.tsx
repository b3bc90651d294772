import { useState } from 'react';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { catalogue } from '../catalogue';
import { defaultParameters } from '../describeParameters';
import { NodeParametersForm } from './NodeParametersForm';

// Many keys are typed, each of which checks the form.
jest.setTimeout(30_000);

const changes = jest.fn();

function Form({ typeId }: { typeId: string }) {
  const type = catalogue.get(typeId)!;
  const [value, setValue] = useState(defaultParameters(type));
  return (
    <NodeParametersForm
      type={type}
      value={value}
      onChange={next => {
        changes(next);
        setValue(next);
      }}
    />
  );
}

describe('NodeParametersForm', () => {
  beforeEach(() => changes.mockClear());

  it('says at the field what is wrong, as the user types', async () => {
    renderInTestApp(<Form typeId="isolation-forest" />);
    const trees = await screen.findByRole('textbox', { name: /^Trees/ });
    expect(trees).toHaveValue('100');
    await userEvent.clear(trees);
    await userEvent.type(trees, '5');
    await userEvent.tab();
    expect(trees).toHaveAccessibleDescription(/10 or more|at least 10/);
    await userEvent.clear(trees);
    await userEvent.type(trees, '150');
    await userEvent.tab();
    expect(trees).not.toHaveAccessibleDescription(/10 or more|at least 10/);
    expect(changes).toHaveBeenLastCalledWith(
      expect.objectContaining({ trees: 150 }),
    );
  });

  it('checks texts against their pattern and keeps choices', async () => {
    renderInTestApp(<Form typeId="log-file-tail" />);
    const file = await screen.findByRole('textbox', { name: 'File' });
    await userEvent.type(file, 'auth.log');
    expect(
      await screen.findByText(/is not the absolute path of a file/),
    ).toBeInTheDocument();
    await userEvent.clear(file);
    await userEvent.type(file, '/var/log/auth.log');
    await userEvent.click(
      screen.getByRole('radio', { name: 'End of the file' }),
    );
    expect(changes).toHaveBeenLastCalledWith(
      expect.objectContaining({ path: '/var/log/auth.log', startAt: 'end' }),
    );
    expect(screen.queryByText(/is not the absolute path/)).toBeNull();
  });

  it('takes any number of texts, and says which kind they have to be', async () => {
    renderInTestApp(<Form typeId="syslog" />);
    const list = await screen.findByRole('group', { name: 'Allowed senders' });
    const entries = () => within(list).getAllByRole('textbox');
    expect(entries().map(e => (e as HTMLInputElement).value)).toEqual([
      '127.0.0.0/8',
      '::1/128',
    ]);
    await userEvent.click(
      within(list).getByRole('button', { name: 'Add an entry' }),
    );
    await userEvent.type(entries()[2], '10.0.0.0/33');
    await userEvent.tab();
    expect(
      await within(list).findByText(/neither an address nor a network/),
    ).toBeInTheDocument();
    await userEvent.type(entries()[2], '{Backspace}{Backspace}8');
    expect(changes).toHaveBeenLastCalledWith(
      expect.objectContaining({
        allowedSources: ['127.0.0.0/8', '::1/128', '10.0.0.0/8'],
      }),
    );
    expect(
      within(list).queryByText(/neither an address nor a network/),
    ).toBeNull();
    await userEvent.click(
      within(list).getByRole('button', { name: 'Remove entry 1' }),
    );
    expect(entries()).toHaveLength(2);
  });
});
