import { useState } from 'react';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { catalogue } from '../catalogue';
import { defaultParameters } from '../describeParameters';
import { NodeParametersForm } from './NodeParametersForm';

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
});
