import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  ALERT_METRIC_IDS,
  PipelineDocumentInput,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ControlPlane, startControlPlane } from '../support/cluster';
import { eventually } from '../support/eventually';
import { batchOn } from '../support/kubernetes/clusterPipelines';
import { DriverTarget } from '../support/kubernetes/DriverTarget';
import { pushPipeline } from '../support/pipelines';

const NAMESPACE = 'monitored';
const EXCHANGE = 'https://portal.example.com/api/ml-pipelines/exchange';
const RELEASE = 'kube-prometheus-stack';
const MONITORING = ['PrometheusRule', 'ServiceMonitor'];

/** With an alert for each metric, in words that templates could take for their own. */
function watched(
  name: string,
  deploy: 'api-endpoint' | 'stream-alerting',
): PipelineDocumentInput {
  const document = pushPipeline(name, deploy);
  return {
    ...document,
    spec: {
      ...document.spec,
      alerts: ALERT_METRIC_IDS.map((metric, index) => ({
        name: metric.replaceAll('_', '-'),
        metric,
        threshold: index,
        noData: index % 2 ? ('alerting' as const) : ('ok' as const),
        summary: '{{ $labels.x }} ${path.module} %{ if true } "é"',
      })),
    },
  };
}

/** Every night; nothing of it stands that could be scraped. */
function scheduled(name: string): PipelineDocumentInput {
  const document = batchOn(NAMESPACE, name);
  const [source, ...nodes] = document.spec.nodes;
  return {
    ...document,
    spec: {
      ...document.spec,
      nodes: [
        { ...source, parameters: { path: '/data/requests.csv' } },
        ...nodes,
      ],
      schedule: { cron: '30 2 * * *', timezone: 'Europe/Paris' },
    },
  };
}

/** The custom resources are those of the Prometheus operator; nothing scrapes. */
describe('a cluster with the Prometheus operator', () => {
  let plane: ControlPlane;
  let target: DriverTarget;

  before(async () => {
    plane = await startControlPlane();
    await plane.addMonitoring();
    target = await DriverTarget.create(plane, NAMESPACE, {
      monitoring: { labels: { release: RELEASE } },
    });
  });
  after(async () => {
    await target?.dispose();
    await plane?.stop();
  });

  /** Dry run, apply, second plan, removal. */
  async function taken(
    document: PipelineDocumentInput,
    kinds: string[],
  ): Promise<void> {
    const { name } = document.metadata;
    const exchange = { exchangeUrl: `${EXCHANGE}/${name}` };
    const request = await target.request(document, exchange);
    const stack = target.stackOf(request);
    const objects = target.objectsOf(stack);
    assert.deepEqual(
      objects
        .map(({ kind }) => String(kind))
        .filter(kind => [...MONITORING, 'CronJob'].includes(kind))
        .sort(),
      kinds,
    );
    await plane.dryRun(...objects);

    await target.apply(request, stack);
    for (const kind of kinds) {
      const { metadata } = (await plane.get(kind, name, NAMESPACE))!;
      assert.equal(metadata.labels?.['mlpipe.io/pipeline'], name);
      if (kind !== 'CronJob') {
        assert.equal(metadata.labels?.release, RELEASE);
      }
    }
    const dashboards = await plane.list('configmap', {
      namespace: NAMESPACE,
      selector: `grafana_dashboard=1,mlpipe.io/pipeline=${name}`,
    });
    assert.equal(dashboards.length, kinds === MONITORING ? 1 : 0);

    // It counts as running once it has been up for a moment.
    const again = await eventually(
      async () => {
        const asked = await target.request(document, {
          ...exchange,
          release: 'second',
        });
        assert.equal(asked.facts.release, 'first');
        return asked;
      },
      { seconds: 60, what: 'the release to run' },
    );
    await target.assertNoChange(again, target.stackOf(again));

    await target.remove(name);
    const left = await plane.list(
      `${[...MONITORING, 'CronJob'].join(',')},configmaps`,
      {
        namespace: NAMESPACE,
        selector: `mlpipe.io/pipeline=${name}`,
      },
    );
    assert.deepEqual(left, []);
  }

  it('takes every field of what belongs to an endpoint, and plans nothing twice', () =>
    taken(watched('watched-endpoint', 'api-endpoint'), MONITORING));
  it('takes every field of what belongs to a stream, and plans nothing twice', () =>
    taken(watched('watched-stream', 'stream-alerting'), MONITORING));
  it('takes every field of what belongs to a nightly batch, and plans nothing twice', () =>
    taken(scheduled('nightly'), ['CronJob']));

  it('refuses a field that its own resources do not have', async () => {
    const objects = target.objectsOf(
      target.stackOf(await target.request(watched('misspelt', 'api-endpoint'))),
    );
    for (const kind of MONITORING) {
      const object = objects.find(other => other.kind === kind)!;
      await assert.rejects(
        plane.dryRun({ ...object, spec: { ...object.spec, endpoint: [] } }),
        /unknown field "?spec\.endpoint|spec\.endpoint: field not declared/,
      );
    }
  });
});
