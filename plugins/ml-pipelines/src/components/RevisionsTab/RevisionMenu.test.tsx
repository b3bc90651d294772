import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { PipelineDetail } from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { RevisionMenu } from './RevisionMenu';

const DENIED = [
  'ml-pipelines.pipeline.deploy',
  'ml-pipelines.terraform-state.manage',
  'ml-pipelines.target.read',
];

it('offers what the user may do, and downloads a revision', async () => {
  const exportRevision = jest.fn(async () => new Blob(['kind: Pipeline']));
  // jsdom neither makes such links nor follows them.
  const click = jest
    .spyOn(HTMLAnchorElement.prototype, 'click')
    .mockImplementation(() => {});
  Object.assign(URL, {
    createObjectURL: jest.fn(() => 'blob:x'),
    revokeObjectURL: jest.fn(),
  });
  renderInTestApp(
    <RevisionMenu
      pipeline={
        { name: 'ssh', revision: 3, deployedRevision: 1 } as PipelineDetail
      }
      revision={3}
      onOpen={() => {}}
    />,
    {
      apis: [
        [mlPipelinesApiRef, { exportRevision }],
        mockApis.permission({
          authorize: ({ permission }) =>
            DENIED.includes(permission.name)
              ? AuthorizeResult.DENY
              : AuthorizeResult.ALLOW,
        }),
      ],
    },
  );
  const openMenu = async () =>
    userEvent.click(
      await screen.findByRole('button', { name: 'Actions on revision 3' }),
    );
  await openMenu();
  await waitFor(() =>
    expect(
      screen.getAllByRole('menuitem').map(item => item.textContent),
    ).toEqual([
      'Compare with the one before',
      'Compare with what runs',
      'Export as YAML',
      'Duplicate as new',
      'Promote',
    ]),
  );
  await userEvent.click(
    screen.getByRole('menuitem', { name: 'Export as YAML' }),
  );
  await waitFor(() =>
    expect(exportRevision).toHaveBeenCalledWith('ssh', 3, 'yaml'),
  );
  await waitFor(() => expect(click).toHaveBeenCalled());
});
