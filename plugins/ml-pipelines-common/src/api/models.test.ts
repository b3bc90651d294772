import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelsView } from './models';

/** The compiler checks this field by field; a test of the runtime checks its shape. */
const view: ModelsView = {
  continuous: true,
  champion: '2',
  challenger: '3',
  versions: [
    {
      version: '3',
      state: 'challenger',
      trainedAt: '2026-11-24T12:19:09.678Z',
      events: 1000,
      window: {
        from: '2026-05-01T09:52:49.000Z',
        to: '2026-05-01T11:06:53.000Z',
      },
      threshold: 0.635399,
      trigger: 'manual',
      parent: '2',
      run: '20261124121908aa3587a4',
      revision: 3,
      psi: 0.1039,
    },
    {
      version: '2',
      state: 'champion',
      trainedAt: '2026-11-24T12:19:07.412Z',
      events: 1000,
      window: {
        from: '2026-05-01T08:43:36.000Z',
        to: '2026-05-01T10:01:53.000Z',
      },
      threshold: 0.614584,
      trigger: 'manual',
      parent: '1',
      run: '20261124121906470ce869',
      revision: 3,
      psi: 0.3199,
      gate: {
        at: '2026-11-24T12:19:08.287Z',
        passed: true,
        events: 256,
        checks: [
          {
            name: 'anomaly-ratio',
            passed: true,
            value: 0.265625,
            bound: 0.509615,
            text: 'It flags 26.6 % of the events, the champion 31.2 %; at most 51.0 % are plausible.',
          },
          {
            name: 'agreement',
            passed: true,
            value: 0.957569,
            bound: 0.5,
            text: 'Both models put the events in an order that agrees by 0.96 (1: the same order); at least 0.50 is asked for.',
          },
          {
            name: 'drift',
            passed: true,
            value: 1.44362,
            bound: 10.0,
            text: "The events differ from its training events by a stability index of 1.44, from the champion's by 1.40; at most 10.00 is asked for.",
          },
          {
            name: 'latency',
            passed: true,
            value: 0.0341254,
            bound: 1.0306,
            text: 'It takes 0.034 ms an event, the champion 0.031 ms; at most 1.031 ms is asked for.',
          },
        ],
      },
      promotedAt: '2026-11-24T12:19:08.366Z',
      promotedBy: 'user:default/ada',
    },
    {
      version: '1',
      state: 'archived',
      trainedAt: '2026-11-24T12:19:06.000Z',
      events: 500,
      window: {
        from: '2026-05-01T08:00:00.000Z',
        to: '2026-05-01T08:43:34.000Z',
      },
      threshold: 0.6072,
      trigger: 'start',
      revision: 3,
      promotedAt: '2026-11-24T12:19:06.000Z',
      retiredAt: '2026-11-24T12:19:08.366Z',
      reason: 'Version 2 took its place.',
      restorable: true,
    },
  ],
  drift: {
    at: '2026-11-24T12:19:10.551Z',
    events: 600,
    psi: 0.0612,
    threshold: 10.0,
    features: [
      {
        name: 'process_events',
        label: 'events of this process in the window',
        psi: 0.0612,
        bins: [
          {
            from: -0.42345,
            to: 5.49923,
            expected: 0.102,
            actual: 0.12,
          },
          {
            from: 5.49923,
            to: 8.56661,
            expected: 0.1,
            actual: 0.09,
          },
          {
            from: 17.2,
            to: 82.4851,
            expected: 0.096,
            actual: 0.163333,
          },
        ],
      },
    ],
  },
  shadow: {
    events: 0,
    required: 200,
  },
  training: {
    id: '20261124121908aa3587a0',
    trigger: 'manual',
    createdAt: '2026-11-24T12:19:08.503Z',
    startedAt: '2026-11-24T12:19:08.504Z',
    progress: {
      done: 1000,
      total: 1000,
      message: 'stream-alerting has learned from 1000 events in 0.0 s.',
      unit: 'events',
    },
    state: 'running',
    metrics: {},
  },
  runs: [
    {
      id: '20261124121908aa3587a4',
      trigger: 'manual',
      state: 'succeeded',
      createdAt: '2026-11-24T12:19:08.503Z',
      startedAt: '2026-11-24T12:19:08.504Z',
      finishedAt: '2026-11-24T12:19:09.946Z',
      progress: {
        done: 1000,
        total: 1000,
        message: 'stream-alerting has learned from 1000 events in 0.0 s.',
        unit: 'events',
      },
      metrics: {
        events: 1000,
        seconds: 0.912,
        threshold: 0.6353987028760958,
        anomalies: 50,
      },
      model: '3',
    },
    {
      id: '2026010203040500000000',
      trigger: 'drift',
      state: 'failed',
      createdAt: '2026-11-24T12:19:08.503Z',
      startedAt: '2026-11-24T12:19:08.504Z',
      finishedAt: '2026-11-24T12:19:09.946Z',
      progress: {
        done: 1000,
        total: 1000,
        message: 'stream-alerting has learned from 1000 events in 0.0 s.',
        unit: 'events',
      },
      metrics: {},
      failure: {
        code: 'training-too-long',
        message: 'The training took longer than 60 minutes.',
        hint: 'Lower the training window or the number of trees, or give the pipeline more CPU.',
        node: 'model',
      },
    },
  ],
  nextTrainingAt: '2026-01-02T03:04:05.678Z',
  explanation:
    'Version 3 has scored 0 of 200 events in the shadow; then the gate judges it, and a person decides.',
  explained: [
    {
      code: 'shadow-manual',
      params: { version: '3', events: 0, required: 200 },
    },
  ],
};

it('is what the runtime answers', () => {
  const file = join(
    __dirname,
    '../../../../packages/pipeline-runtime/tests/golden/models.json',
  );
  expect(view).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
