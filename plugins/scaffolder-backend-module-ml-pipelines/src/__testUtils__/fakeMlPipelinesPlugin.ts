import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { InvalidPipelineError } from '@mlpipe/plugin-ml-pipelines-common';
import express from 'express';
import Router from 'express-promise-router';
import type { FakeMlPipelines } from './FakeMlPipelines';

/** Answers that are given instead of the real ones, once each, in order. */
export interface Interference {
  /** `GET /deployments/:id/log` and so on, with any id. */
  route: RegExp;
  status: number;
  message: string;
}

/** The fake as a plugin of a test backend, over real HTTP and real authentication. */
export function fakeMlPipelinesPlugin(
  fake: () => FakeMlPipelines,
  interferences: Interference[],
) {
  return createBackendPlugin({
    pluginId: 'ml-pipelines',
    register(env) {
      env.registerInit({
        deps: { http: coreServices.httpRouter },
        async init({ http }) {
          const router = Router();
          router.use(express.json({ limit: '2mb' }));
          router.use((req, res, next) => {
            const index = interferences.findIndex(i =>
              i.route.test(`${req.method} ${req.path}`),
            );
            if (index < 0) {
              next();
              return;
            }
            const [{ status, message }] = interferences.splice(index, 1);
            res
              .status(status)
              .json({ error: { name: 'Error', message }, response: {} });
          });
          router.post('/validate', (req, res) => {
            const { document, yaml } = req.body;
            const { problems } =
              yaml === undefined
                ? fake().validate(document)
                : fake().validateYaml(yaml);
            res.json({
              valid: !problems.some(p => p.severity === 'error'),
              problems,
            });
          });
          router.put('/pipelines/:name', (req, res) => {
            const { problems } = fake().validate(req.body.document);
            if (problems.length) {
              const { message } = new InvalidPipelineError(problems);
              res
                .status(400)
                .json({ error: { name: 'InputError', message, problems } });
              return;
            }
            const saved = fake().save(req.params.name, req.body.document);
            res.json({ ...saved, pipeline: fake().pipeline(req.params.name) });
          });
          router.get('/pipelines/:name', (req, res) => {
            res.json(fake().pipeline(req.params.name));
          });
          router.get('/pipelines/:name/revisions/:revision', (req, res) => {
            const { name, revision } = req.params;
            res.json(fake().revision(name, Number(revision)));
          });
          router.post('/pipelines/:name/deployments', (req, res) => {
            res
              .status(201)
              .json(fake().createDeployment(req.params.name, req.body));
          });
          router.get('/deployments/:id', (req, res) => {
            res.json(fake().deployment(req.params.id).deployment);
          });
          router.get('/deployments/:id/log', (req, res) => {
            res.json(fake().readLog(req.params.id, Number(req.query.after)));
          });
          router.post('/deployments/:id/cancel', (req, res) => {
            res.json(fake().cancel(req.params.id));
          });
          router.post('/pipelines/:name/runs', (req, res) => {
            fake().pipeline(req.params.name);
            res.status(202).json(fake().runs.create(req.params.name, req.body));
          });
          router.get('/runs/:id', (req, res) => {
            res.json(fake().runs.look(req.params.id));
          });
          router.get('/runs/:id/log', (req, res) => {
            res.json(
              fake().runs.readLog(req.params.id, Number(req.query.after)),
            );
          });
          router.post('/runs/:id/cancel', (req, res) => {
            res.json(fake().runs.cancel(req.params.id));
          });
          router.post('/targets/probe', (req, res) => {
            res.json(fake().probe(req.body));
          });
          router.put('/targets/:name', (req, res) => {
            fake().targets.set(req.params.name, req.body);
            res.json({ name: req.params.name, ...req.body });
          });
          router.post('/drafts', (req, res) => {
            res.status(201).json(fake().keepDraft(undefined, req.body));
          });
          router.put('/drafts/:id', (req, res) => {
            res.json(fake().keepDraft(req.params.id, req.body));
          });
          router.delete('/drafts/:id', (req, res) => {
            fake().drafts.delete(req.params.id);
            res.status(204).end();
          });
          http.use(router);
        },
      });
    },
  });
}
