import { useState } from 'react';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type {
  ConfiguredCluster,
  TargetInspection,
} from '@mlpipe/plugin-ml-pipelines-common';
import { fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { validateConnection } from './fieldValidations';
import {
  connectionFieldSchema,
  MlKubernetesConnectionField,
} from './MlKubernetesConnectionField';

const KNOWN_METHOD = /A cluster that Backstage knows/;

type Value = typeof connectionFieldSchema.TOutput;

const SECRET = 'sesame-token';
const KUBECONFIG = `
current-context: a
clusters:
  - { name: c, cluster: { server: "https://127.0.0.1:6443" } }
  - { name: d, cluster: { server: "https://10.0.0.5:6443" } }
users:
  - { name: u, user: { token: ${SECRET} } }
  - { name: v, user: { exec: { command: aws } } }
contexts:
  - { name: a, context: { cluster: c, user: u } }
  - { name: b, context: { cluster: d, user: u } }
  - { name: e, context: { cluster: d, user: v } }
`;

const fine: TargetInspection = {
  inspectedAt: '2026-01-01T00:00:00Z',
  usable: true,
  checks: [
    { id: 'reachable', title: 'x', status: 'ok', message: 'In 12 ms.' },
    {
      id: 'monitoring',
      title: 'x',
      status: 'warning',
      message: 'There is no Prometheus Operator.',
      hint: 'Install it for alerts of the cluster.',
    },
  ],
};
const lacking: TargetInspection = {
  ...fine,
  usable: false,
  checks: [
    ...fine.checks,
    {
      id: 'permissions',
      title: 'x',
      status: 'failed',
      message: 'Two rights are missing.',
      hint: 'Apply the manifest.',
      details: ['create pods/log', 'watch events'],
    },
  ],
  manifest: { name: 'ml-pipelines-rbac.yaml', content: 'kind: Role' },
};

const cluster = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Resource',
  metadata: {
    name: 'edge',
    title: 'Edge',
    annotations: {
      'kubernetes.io/api-server': 'https://edge.example.com:6443',
      'kubernetes.io/api-server-certificate-authority': btoa(
        '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      ),
    },
  },
  spec: { type: 'kubernetes-cluster', owner: 'x' },
};

/** Renders the field in a form, whose every value is kept. */
function render(
  options: {
    inspection?: TargetInspection;
    value?: Value;
    configured?: ConfiguredCluster[];
  } = {},
) {
  const values: Array<Value | undefined> = [];
  const api = {
    listKnownClusters: jest.fn(async () => ({
      items: options.configured ?? [],
    })),
    probeTarget: jest.fn(async () => options.inspection ?? fine),
    saveTargetCredentials: jest.fn(async () => ({
      version: 3,
      updatedBy: 'user:default/ada',
      updatedAt: '2026-01-01T00:00:00Z',
    })),
  };
  const Field = MlKubernetesConnectionField as (
    props: Record<string, unknown>,
  ) => JSX.Element;
  function Form() {
    const [value, setValue] = useState(options.value);
    const [shown, show] = useState(true);
    values.push(value);
    return (
      <>
        {shown && (
          <Field
            schema={{}}
            uiSchema={{ 'ui:options': { configFields: ['namespace'] } }}
            formContext={{
              formData: { name: 'edge', namespace: { name: 'ml' } },
            }}
            formData={value}
            onChange={setValue}
          />
        )}
        <button onClick={() => show(!shown)}>Step</button>
      </>
    );
  }
  renderInTestApp(<Form />, {
    apis: [
      [mlPipelinesApiRef, api as {}],
      [catalogApiRef, catalogApiMock({ entities: [cluster] })],
      mockApis.discovery(),
      mockApis.fetch({
        baseImplementation: async () =>
          new Response(
            JSON.stringify({
              items: [{ name: 'edge' }, { name: 'far', title: 'Far' }],
            }),
          ),
      }),
    ],
  });
  return { api, values };
}

const errorsOf = (value: Value | undefined, name = 'edge') => {
  const addError = jest.fn();
  validateConnection(
    value as Value,
    { addError } as never,
    {
      apiHolder: { get: () => undefined },
      formData: { name },
      uiSchema: {},
    } as never,
  );
  return addError.mock.calls.length;
};

const paste = async (label: RegExp, text: string) =>
  fireEvent.change(await screen.findByRole('textbox', { name: label }), {
    target: { value: text },
  });
const press = (name: string | RegExp) =>
  userEvent.click(screen.getByRole('button', { name }));

describe('MlKubernetesConnection', () => {
  it('stores the credentials of a kubeconfig that works, and keeps none of them', async () => {
    const { api, values } = render();
    await paste(/^Kubeconfig/, KUBECONFIG);
    expect(
      screen.getByText(/only reachable on the machine of the cluster/),
    ).toBeInTheDocument();
    expect(Object.keys(values[values.length - 1]?.config ?? {})).toEqual([]);
    expect(errorsOf(values[values.length - 1])).toBe(1);
    await userEvent.click(screen.getByRole('button', { name: /Context/ }));
    await userEvent.click(screen.getByRole('option', { name: /^b / }));
    await press('Check connection');

    expect(await screen.findByText(/version 3/)).toBeInTheDocument();
    // What the other contexts need stays in the browser.
    const credentials = { kubeconfig: expect.not.stringContaining('exec') };
    expect(api.probeTarget).toHaveBeenCalledWith({
      kind: 'kubernetes',
      name: 'edge',
      config: { namespace: { name: 'ml' }, context: 'b' },
      credentials,
    });
    expect(api.saveTargetCredentials).toHaveBeenCalledWith('edge', {
      kind: 'kubernetes',
      credentials,
    });
    const checks = screen.getByRole('list', { name: 'What was checked' });
    expect(checks).toHaveTextContent('Reachable');
    expect(checks).toHaveTextContent('Install it for alerts of the cluster.');
    const value = values[values.length - 1];
    expect(value).toEqual({
      method: 'kubeconfig',
      config: { context: 'b' },
      credentials: { target: 'edge', version: 3 },
    });
    expect(errorsOf(value)).toBe(0);
    // Another name has no credentials yet.
    expect(errorsOf(value, 'other')).toBe(1);
    expect(JSON.stringify(values)).not.toContain(SECRET);
    expect(document.body.innerHTML).not.toContain(SECRET);
    expect(window.location.href).not.toContain(SECRET);

    // Checked again, with those that are stored.
    await press('Check connection');
    expect(api.probeTarget).toHaveBeenLastCalledWith({
      kind: 'kubernetes',
      name: 'edge',
      config: { namespace: { name: 'ml' }, context: 'b' },
    });
    expect(api.saveTargetCredentials).toHaveBeenCalledTimes(1);
  });

  it('forgets what was typed when the step is left', async () => {
    render();
    await paste(/^Kubeconfig/, KUBECONFIG);
    await press('Step');
    await press('Step');
    expect(
      await screen.findByRole('textbox', { name: /^Kubeconfig/ }),
    ).toHaveValue('');
  });

  it('says at the field why a kubeconfig cannot be used', async () => {
    render();
    await paste(/^Kubeconfig/, 'just text');
    expect(screen.getByText(/This is no kubeconfig/)).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Check connection' }),
    ).toBeDisabled();
    await paste(/^Kubeconfig/, KUBECONFIG);
    await userEvent.click(screen.getByRole('button', { name: /Context/ }));
    await userEvent.click(screen.getByRole('option', { name: /^e / }));
    expect(
      screen.getByText(/which the portal does not run/),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Check connection' }),
    ).toBeDisabled();
  });

  it('names each missing right, offers the manifest, and stores nothing unasked', async () => {
    const { api } = render({ inspection: lacking });
    await paste(/^Kubeconfig/, KUBECONFIG);
    await press('Check connection');
    const details = await screen.findByRole('list', {
      name: 'Single findings',
    });
    expect(
      within(details)
        .getAllByRole('listitem')
        .map(item => item.textContent),
    ).toEqual(['create pods/log', 'watch events']);
    expect(screen.getByText('The target cannot be used yet.')).toBeVisible();
    await press(/Rights that the portal needs/);
    expect(screen.getByText('kind: Role')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Download' })).toBeVisible();
    expect(api.saveTargetCredentials).not.toHaveBeenCalled();
    await press('Store the credentials all the same');
    expect(await screen.findByText(/version 3/)).toBeInTheDocument();
    expect(details).toBeVisible();
  });

  it('takes address and authority from a cluster of the catalog', async () => {
    const { api, values } = render();
    await userEvent.click(
      await screen.findByRole('radio', { name: KNOWN_METHOD }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: /^Choose a cluster|Cluster/ }),
    );
    expect(
      screen.getAllByRole('option').map(option => option.textContent),
    ).toEqual(['Edge (https://edge.example.com:6443)', 'Far']);
    await userEvent.click(screen.getByRole('option', { name: /Edge/ }));
    expect(
      await screen.findByRole('textbox', { name: /API server/ }),
    ).toHaveValue('https://edge.example.com:6443');
    await userEvent.type(
      screen.getByLabelText(/Token of a service account/),
      SECRET,
    );
    await press('Check connection');
    expect(await screen.findByText(/version 3/)).toBeInTheDocument();
    expect(api.saveTargetCredentials).toHaveBeenCalledWith('edge', {
      kind: 'kubernetes',
      credentials: { token: SECRET },
    });
    expect(values[values.length - 1]).toMatchObject({
      cluster: 'resource:default/edge',
      config: {
        apiServer: 'https://edge.example.com:6443',
        caData:
          cluster.metadata.annotations[
            'kubernetes.io/api-server-certificate-authority'
          ],
      },
    });
    expect(JSON.stringify(values)).not.toContain(SECRET);
  });

  it('takes them from the configuration of the Kubernetes plugin, too', async () => {
    const caData = btoa(
      '-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n',
    );
    const { values } = render({
      configured: [
        { name: 'edge', url: 'https://elsewhere.example.com' },
        { name: 'far', url: 'https://far.example.com', caData },
      ],
    });
    await userEvent.click(
      await screen.findByRole('radio', { name: KNOWN_METHOD }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: /^Choose a cluster|Cluster/ }),
    );
    // One entry for each name; the catalog comes first.
    expect(
      screen.getAllByRole('option').map(option => option.textContent),
    ).toEqual([
      'Edge (https://edge.example.com:6443)',
      'far (https://far.example.com)',
    ]);
    await userEvent.click(screen.getByRole('option', { name: /^far/ }));
    expect(
      await screen.findByRole('textbox', { name: /API server/ }),
    ).toHaveValue('https://far.example.com');
    expect(values[values.length - 1]).toMatchObject({
      cluster: 'kubernetes:far',
      config: { apiServer: 'https://far.example.com', caData },
    });
  });

  it('refuses an address that is none, at its field and for the form', async () => {
    const { values } = render();
    await userEvent.click(
      await screen.findByRole('radio', { name: /Address and token/ }),
    );
    await paste(/API server/, 'http://10.0.0.5');
    expect(screen.getByText(/beginning with https/)).toBeInTheDocument();
    await paste(/Certificate authority/, 'nonsense');
    expect(
      screen.getByText(/This is no certificate in PEM/),
    ).toBeInTheDocument();
    expect(errorsOf(values[values.length - 1])).toBe(2);
  });

  it('needs nothing within the cluster itself', async () => {
    const { api, values } = render();
    await userEvent.click(
      await screen.findByRole('radio', { name: /that the portal runs on/ }),
    );
    expect(values[values.length - 1]).toEqual({
      method: 'inCluster',
      config: { inCluster: true },
    });
    expect(errorsOf(values[values.length - 1])).toBe(0);
    await press('Check connection');
    expect(api.probeTarget).toHaveBeenCalledWith({
      kind: 'kubernetes',
      name: 'edge',
      config: { namespace: { name: 'ml' }, inCluster: true },
    });
  });

  it('shows why a check could not be made', async () => {
    const { api } = render();
    api.probeTarget.mockRejectedValueOnce(new Error('The backend is away.'));
    await paste(/^Kubeconfig/, KUBECONFIG);
    await press('Check connection');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The backend is away.',
    );
  });
});
