import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import kubernetesPlugin from '@backstage/plugin-kubernetes-backend';
import {
  AuthenticationStrategy,
  ClusterDetails,
  KubernetesClustersSupplier,
  kubernetesObjectsProviderExtensionPoint,
} from '@backstage/plugin-kubernetes-node';
import express from 'express';
import request from 'supertest';
import kubernetesModule from './index';

const TARGETS = [
  { name: 'local', title: 'Local', kind: 'local' },
  {
    name: 'edge',
    title: 'Edge',
    kind: 'kubernetes',
    catalog: {
      type: 'kubernetes-cluster',
      annotations: {
        'kubernetes.io/api-server': 'https://edge.example.com:6443',
        'kubernetes.io/api-server-certificate-authority': 'LS0t',
      },
      pipelineAnnotations: {},
    },
  },
];

/** Answers as the ML pipelines backend does, to this plugin alone. */
function fakeMlPipelines() {
  const asked: string[] = [];
  return {
    asked,
    feature: createBackendPlugin({
      pluginId: 'ml-pipelines',
      register(env) {
        env.registerInit({
          deps: {
            http: coreServices.httpRouter,
            httpAuth: coreServices.httpAuth,
          },
          async init({ http, httpAuth }) {
            const router = express.Router();
            router.get('/targets', (_req, res) => {
              res.json({ items: TARGETS });
            });
            router.get('/targets/:name/cluster', async (req, res) => {
              const { principal } = await httpAuth.credentials(req, {
                allow: ['service'],
              });
              asked.push(`${principal.subject} ${req.params.name}`);
              res.json({
                credential: { type: 'token', token: 'of-the-target' },
              });
            });
            http.use(router);
          },
        });
      },
    }),
  };
}

/** Takes what the plugin works with after all modules have added theirs. */
function spyModule() {
  const seen: {
    clusterSupplier?: KubernetesClustersSupplier;
    authStrategy?: AuthenticationStrategy;
  } = {};
  const feature = createBackendModule({
    pluginId: 'kubernetes',
    moduleId: 'spy',
    register(reg) {
      reg.registerInit({
        deps: { objects: kubernetesObjectsProviderExtensionPoint },
        async init({ objects }) {
          objects.addObjectsProvider(async options => {
            Object.assign(seen, options);
            return options.getDefault();
          });
        },
      });
    },
  });
  return { seen, feature };
}

const CREDENTIALS = mockCredentials.service('plugin:kubernetes');
const CONFIGURED = {
  url: 'https://configured.example.com',
  authProvider: 'serviceAccount',
  serviceAccountToken: 'of-the-configuration',
};

describe('kubernetesModuleMlPipelines in the real plugin', () => {
  it('shows our clusters beside its own, and reaches them with their credentials', async () => {
    const mlPipelines = fakeMlPipelines();
    const spy = spyModule();
    const { server } = await startTestBackend({
      features: [
        kubernetesPlugin,
        kubernetesModule,
        spy.feature,
        mlPipelines.feature,
        catalogServiceMock.factory(),
        mockServices.rootConfig.factory({
          data: {
            kubernetes: {
              serviceLocatorMethod: { type: 'multiTenant' },
              clusterLocatorMethods: [
                {
                  type: 'config',
                  clusters: [
                    { name: 'configured', ...CONFIGURED },
                    { name: 'edge', ...CONFIGURED },
                  ],
                },
              ],
            },
          },
        }),
      ],
    });
    const listed = await request(server).get('/api/kubernetes/clusters');
    expect(listed.body.items).toEqual([
      { name: 'configured', authProvider: 'serviceAccount' },
      { name: 'edge', title: 'Edge', authProvider: 'serviceAccount' },
    ]);
    expect(listed.text).not.toContain('of-the');

    const clusters = await spy.seen.clusterSupplier?.getClusters({
      credentials: CREDENTIALS,
    });
    const edge = clusters?.find(({ name }) => name === 'edge');
    expect(edge).toMatchObject({
      url: 'https://edge.example.com:6443',
      caData: 'LS0t',
      skipTLSVerify: false,
    });
    const credential = () =>
      spy.seen.authStrategy?.getCredential(edge as ClusterDetails, {});
    expect(await Promise.all([credential(), credential()])).toEqual([
      { type: 'bearer token', token: 'of-the-target' },
      { type: 'bearer token', token: 'of-the-target' },
    ]);
    expect(mlPipelines.asked).toEqual(['plugin:kubernetes edge']);

    // The plugin's own ways are still there.
    const authMetadata = {
      'kubernetes.io/auth-provider': 'oidc',
      'kubernetes.io/oidc-token-provider': 'okta',
    };
    expect(
      await spy.seen.authStrategy?.getCredential(
        { name: 'other', url: 'https://other.example.com', authMetadata },
        { oidc: { okta: 'of-the-user' } },
      ),
    ).toEqual({ type: 'bearer token', token: 'of-the-user' });
  });

  it('starts without the ML pipelines backend and without any cluster', async () => {
    const { server } = await startTestBackend({
      features: [
        kubernetesPlugin,
        kubernetesModule,
        catalogServiceMock.factory(),
        mockServices.rootConfig.factory({
          data: {
            kubernetes: {
              serviceLocatorMethod: { type: 'multiTenant' },
              clusterLocatorMethods: [{ type: 'config', clusters: [] }],
            },
          },
        }),
      ],
    });
    const listed = await request(server).get('/api/kubernetes/clusters');
    expect([listed.status, listed.body.items]).toEqual([200, []]);
  });
});
