import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { deployed, reached } from '../support/deployments';
import { eventually } from '../support/eventually';
import { sampleLog } from '../support/faultPortal';
import { score } from '../support/localTarget';
import { tailPipeline } from '../support/pipelines';
import { Portal } from '../support/portal';
import { Prometheus, PrometheusSeries } from '../support/prometheus';

const name = 'scraped';
/** A token that may read pipelines and nothing else. */
const token = randomBytes(24).toString('hex');
const externalAccess = [
  {
    type: 'static',
    options: { token, subject: 'prometheus' },
    accessRestrictions: [
      { plugin: 'ml-pipelines', permission: 'ml-pipelines.pipeline.read' },
    ],
  },
];

describe('a Prometheus that asks the portal what to scrape', () => {
  let portal: Portal;
  let prometheus: Prometheus;
  let endpoint: string;
  const discoveryUrl = () =>
    `${portal.baseUrl}/api/ml-pipelines/prometheus/targets`;

  before(async () => {
    portal = await Portal.create({
      env: {
        APP_CONFIG_backend_auth_externalAccess: JSON.stringify(externalAccess),
      },
    });
    const deployment = await deployed(
      portal,
      tailPipeline(
        name,
        sampleLog,
        'stream-alerting',
        { trees: 20, trainingEvents: 200 },
        { authentication: 'none' },
      ),
    );
    assert.ok(deployment.endpoint);
    endpoint = deployment.endpoint;
    prometheus = await Prometheus.start({
      folder: portal.folder,
      discoveryUrl: discoveryUrl(),
      token,
    });
  });
  after(async () => {
    await prometheus?.stop();
    await portal?.dispose();
  });

  /** The only series of a query, once `expected` of it holds. */
  const series = (query: string, expected: (value: number) => boolean) =>
    eventually(
      async (): Promise<PrometheusSeries> => {
        const found = await prometheus.query(query);
        const shown = `${query} is ${JSON.stringify(found)}`;
        assert.equal(found.length, 1, shown);
        assert.ok(expected(Number(found[0].value[1])), shown);
        return found[0];
      },
      { seconds: 60, what: query },
    );

  it('finds the pipeline, and reaches it', async () => {
    const target = await eventually(
      async () => {
        const targets = await prometheus.targets();
        const shown = JSON.stringify(targets);
        assert.equal(targets.length, 1, shown);
        assert.equal(targets[0].health, 'up', shown);
        return targets[0];
      },
      { seconds: 60, what: 'the target to be up' },
    );
    assert.equal(target.scrapeUrl, `${endpoint}/metrics`);
    assert.deepEqual(target.labels, {
      instance: new URL(endpoint).host,
      job: 'ml-pipelines',
      owner: 'group:default/data-science',
      pipeline: name,
      target: 'local',
    });
  });

  it('reads the metrics by the names that dashboards know', async () => {
    await eventually(() => score(endpoint, name), {
      seconds: 60,
      what: 'the pipeline to score',
    });
    const of = `pipeline="${name}"`;
    const infer = `${of},http_route="/v2/models/{name}/infer",http_response_status_code="200"`;
    await series(
      `http_server_request_duration_seconds_count{${infer}}`,
      value => value >= 1,
    );
    const { metric } = await series(
      `request_predict_seconds_count{${of}}`,
      value => value >= 1,
    );
    assert.equal(metric.model_name, name);
    // Every line of the log is counted once.
    const lines = readFileSync(sampleLog, 'utf8').trimEnd().split('\n').length;
    await series(
      `sum(mlpipe_events_total{${of},outcome="scored"})`,
      value => value === lines,
    );
    await series(
      `histogram_quantile(0.95, sum by (le) (mlpipe_batch_duration_seconds_bucket{${of}}))`,
      value => value > 0,
    );
  });

  it('is not needed for the figures of the overview', async () => {
    const shown = await eventually(
      async () => {
        const { latencyP95Ms, requestsPerSecond, status } =
          await portal.api.getPipeline(name);
        const figures = { latencyP95Ms, requestsPerSecond, status };
        assert.ok(latencyP95Ms, JSON.stringify(figures));
        // It may still have been learning when it was seen last.
        assert.equal(status, 'running');
        return figures;
      },
      { seconds: 60, what: 'the portal to sample the pipeline' },
    );
    assert.ok(shown.requestsPerSecond && shown.requestsPerSecond > 0);
  });

  it('needs a token, which opens nothing else', async () => {
    const status = async (path: string, authorization?: string) => {
      const response = await fetch(`${portal.baseUrl}/api/${path}`, {
        headers: authorization ? { Authorization: authorization } : {},
      });
      return response.status;
    };
    const bearer = `Bearer ${token}`;
    assert.equal(await status('ml-pipelines/prometheus/targets', bearer), 200);
    assert.equal(await status('ml-pipelines/prometheus/targets'), 401);
    assert.equal(await status('ml-pipelines/secrets', bearer), 403);
    assert.equal(await status('catalog/entities', bearer), 403);
  });

  it('forgets what is taken off its target', async () => {
    assert.equal((await prometheus.targets()).length, 1);
    const { id } = await portal.api.createDeployment(name, {
      action: 'destroy',
    });
    await reached(portal, id, 'succeeded');
    await eventually(
      async () => assert.deepEqual(await prometheus.targets(), []),
      { seconds: 30, what: 'Prometheus to forget the target' },
    );
  });
});
