import { setTimeout as sleep } from 'node:timers/promises';
import { startControlPlane } from '../support/cluster';
import { eventually } from '../support/eventually';
import { pushPipeline } from '../support/pipelines';
import { Portal } from '../support/portal';
import { openPortalDatabase } from './fillPipelines';
import { measure, median, report } from './measure';

const PIPELINES = 200;
const ROUNDS = 5;
/** The portal keeps an answer for two seconds. */
const CACHE_MS = 2_100;
const TARGET = 'many';

const names = Array.from({ length: PIPELINES }, (_, n) => `p-${n}`);

/** What the driver watches. */
const KINDS =
  'deployments,statefulsets,replicasets,pods,horizontalpodautoscalers,persistentvolumeclaims,resourcequotas,jobs,configmaps,events';

/** A Deployment as the driver makes it, as far as the status goes. */
function deployment(name: string): object {
  const labels = {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/managed-by': 'ml-pipelines',
    'mlpipe.io/pipeline': name,
  };
  const annotations = { 'mlpipe.io/revision': '1', 'mlpipe.io/release': 'r' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: TARGET, labels, annotations },
    spec: {
      replicas: 1,
      selector: { matchLabels: { 'mlpipe.io/pipeline': name } },
      template: {
        metadata: { labels, annotations },
        spec: { containers: [{ name: 'runtime', image: 'localhost/x' }] },
      },
    },
  };
}

/** Status of 200 pipelines as a page asks for it, against `kubectl get` of the same objects. */
export async function benchClusterStatus(): Promise<void> {
  const plane = await startControlPlane();
  const portal = await Portal.create();
  try {
    await plane.apply(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: TARGET },
      },
      { apiVersion: 'v1', kind: 'List', items: names.map(deployment) },
    );
    await portal.api.saveTargetCredentials(TARGET, {
      kind: 'kubernetes',
      credentials: { kubeconfig: plane.kubeconfigText },
    });
    await portal.api.saveTarget(TARGET, {
      kind: 'kubernetes',
      config: { namespace: { name: TARGET, create: false } },
    });
    const document = pushPipeline('bench', 'api-endpoint');
    await Promise.all(
      names.map(name =>
        portal.api.savePipeline(name, {
          ...document,
          metadata: { ...document.metadata, name },
          spec: { ...document.spec, target: TARGET },
        }),
      ),
    );
    const database = openPortalDatabase(portal);
    database.exec(
      `update pipelines set deployed_revision = 1, deployed_target = '${TARGET}'`,
    );
    database.close();
    // What the overview shows of them all, kept up to date from the watches.
    const page = async () =>
      (await portal.api.listPipelines({ limit: PIPELINES })).items;
    await eventually(
      async () => {
        const waiting = (await page()).filter(p => p.status !== 'running');
        if (waiting.length > 0) {
          throw new Error(`${waiting.length} are ${waiting[0].status}`);
        }
      },
      { seconds: 240, what: 'all pipelines to run', everyMs: 1000 },
    );
    const pages: number[] = [];
    const single: number[] = [];
    const byHand: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await sleep(CACHE_MS);
      pages.push(await measure(page));
      single.push(await measure(() => portal.api.getStatus(names[round])));
      byHand.push(
        await measure(() =>
          plane.kubectl('get', KINDS, '-n', TARGET, '-o', 'json'),
        ),
      );
    }
    report(
      `status of ${PIPELINES} pipelines on a page from watches against kubectl get`,
      median(pages) / median(byHand),
      '<= 1',
    );
    report(
      `live status of one of ${PIPELINES} pipelines, seconds`,
      median(single) / 1000,
      '< 0.5',
    );
  } finally {
    await portal.dispose();
    await plane.stop();
  }
}
