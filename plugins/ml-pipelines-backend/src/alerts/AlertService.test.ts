import { TestDatabases } from '@backstage/backend-test-utils';
import {
  createTestAlerting,
  documentWith,
} from '../__testUtils__/createTestAlerting';

const rule = {
  name: 'many',
  metric: 'anomalies_per_minute',
  threshold: 20,
  forSeconds: 0,
  severity: 'critical',
};
const ADA = 'user:default/ada';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())(
  'what people do with alerts on %s',
  id => {
    async function setup(rules: unknown[] = [rule]) {
      const test = await createTestAlerting(databases, id);
      const document = documentWith(rules);
      await test.pipelines.save({
        document,
        mode: 'stream',
        dataSources: [],
        createdBy: ADA,
      });
      return {
        ...test,
        async look(anomalies: number) {
          test.see({ anomalies });
          return test.evaluator.evaluate(document);
        },
      };
    }

    it('repeats a critical alert until somebody acknowledges it', async () => {
      const { look, pass, titles, service, only } = await setup();
      await look(50);
      pass(3599);
      await look(50);
      expect(titles()).toEqual(['ssh: many fires']);
      pass(1);
      await look(50);
      expect(titles()).toEqual(['ssh: many fires', 'ssh: many still fires']);

      const { id: alert } = await only();
      const acknowledged = await service.acknowledge(alert, ADA, 'On it.');
      expect(acknowledged).toMatchObject({
        acknowledgedBy: ADA,
        acknowledgedAt: '2026-01-01T01:00:00.000Z',
        acknowledgeComment: 'On it.',
      });
      expect(acknowledged.events.at(-1)).toMatchObject({
        type: 'acknowledged',
        by: ADA,
        text: 'On it.',
      });
      pass(24 * 3600);
      await look(50);
      expect(titles()).toHaveLength(2);
      await look(0);
      expect(titles()[2]).toBe('ssh: many is resolved');
      await expect(service.acknowledge(alert, ADA, undefined)).rejects.toThrow(
        'resolved already',
      );
    });

    it('does not repeat what is not critical', async () => {
      const { look, pass, sent } = await setup([
        { ...rule, severity: 'warning' },
      ]);
      await look(50);
      pass(24 * 3600);
      await look(50);
      expect(sent).toHaveLength(1);
    });

    it('refuses to acknowledge what does not fire', async () => {
      const { look, only, service } = await setup([
        { ...rule, forSeconds: 60 },
      ]);
      await look(50);
      await expect(
        service.acknowledge((await only()).id, ADA, undefined),
      ).rejects.toThrow('does not fire yet');
      await expect(service.acknowledge('none', ADA, undefined)).rejects.toThrow(
        'There is no alert "none"',
      );
    });

    it('tells subscribers, too', async () => {
      const { look, subscriptions, sent } = await setup();
      await subscriptions.add('ssh', ADA);
      await subscriptions.add('ssh', ADA);
      await subscriptions.add('ssh', 'user:default/bob');
      await subscriptions.remove('ssh', 'user:default/bob');
      expect(await subscriptions.has('ssh', ADA)).toBe(true);
      await look(50);
      expect(sent).toMatchObject([
        {
          recipients: { entityRef: ['group:default/security', ADA] },
          payload: {
            severity: 'critical',
            link: expect.stringMatching(/^\/ml-pipelines\/alerts\/[0-9a-f-]+$/),
          },
        },
      ]);
    });

    it('notifies nobody while a silence holds, and catches up after it', async () => {
      const { look, pass, titles, service, only } = await setup();
      const { id: silence, endsAt } = await service.silence(
        'ssh',
        { rule: 'many', minutes: 30, comment: 'Load test' },
        ADA,
      );
      expect(endsAt).toBe('2026-01-01T00:30:00.000Z');
      expect(await service.listSilences('ssh')).toMatchObject([
        { id: silence, rule: 'many', createdBy: ADA, comment: 'Load test' },
      ]);
      await look(50);
      pass(60);
      await look(50);
      expect(titles()).toEqual([]);
      const alert = await only();
      expect(alert).toMatchObject({ state: 'firing', silencedUntil: endsAt });
      expect(alert.events.map(({ type }) => type)).toEqual([
        'pending',
        'firing',
        'silenced',
      ]);
      pass(29 * 60);
      await look(50);
      expect(titles()).toEqual(['ssh: many fires']);
      expect(await service.listSilences('ssh')).toEqual([]);
      expect((await only()).silencedUntil).toBeUndefined();
    });

    it('says nothing at all of what comes and goes within a silence', async () => {
      const { look, pass, sent, service } = await setup();
      await service.silence('ssh', { minutes: 30, comment: 'Move' }, ADA);
      await look(50);
      await look(0);
      pass(3600);
      await look(0);
      expect(sent).toEqual([]);
    });

    it('holds back for the silence of another rule nothing', async () => {
      const { look, titles, service } = await setup([
        rule,
        { ...rule, name: 'other' },
      ]);
      await service.silence(
        'ssh',
        { rule: 'other', minutes: 30, comment: 'Known' },
        ADA,
      );
      await look(50);
      expect(titles()).toEqual(['ssh: many fires']);
      await expect(
        service.silence('ssh', { rule: 'nix', minutes: 1, comment: '-' }, ADA),
      ).rejects.toThrow(
        'Pipeline "ssh" has no alert rule "nix". It has: many, other.',
      );
    });

    it('sends what was kept back as soon as a silence is ended', async () => {
      const { look, titles, service } = await setup();
      const { id: silence } = await service.silence(
        'ssh',
        { minutes: 30, comment: 'Load test' },
        ADA,
      );
      await look(50);
      expect(titles()).toEqual([]);
      await service.endSilence('ssh', silence);
      expect(titles()).toEqual(['ssh: many fires']);
      await expect(service.endSilence('ssh', silence)).rejects.toThrow(
        'There is no silence',
      );
    });

    it('tries again when notifications do not work, but not for ever', async () => {
      const { look, pass, send, titles, logger } = await setup([
        { ...rule, severity: 'warning' },
      ]);
      send.mockRejectedValueOnce(new Error('The plugin is away'));
      await look(50);
      expect(logger.warn).toHaveBeenCalledWith(
        'Notifying of alert "many" of "ssh": The plugin is away',
      );
      pass(60);
      await look(50);
      expect(titles()).toEqual(['ssh: many fires']);

      await look(0);
      pass(3600);
      send.mockRejectedValue(new Error('The plugin is away'));
      send.mockClear();
      for (let minute = 0; minute < 30; minute += 1) {
        await look(50);
        pass(60);
      }
      expect(send).toHaveBeenCalledTimes(11);
    });

    it('lists what one may see, firing ones first', async () => {
      const { look, store } = await setup([
        { ...rule, name: 'a', severity: 'warning' },
        { ...rule, name: 'b', forSeconds: 60 },
        { ...rule, name: 'c', metric: 'events_per_second', threshold: 1 },
      ]);
      await look(50);
      const page = { offset: 0, limit: 10 };
      const names = async (query: object, filter?: never) =>
        (await store.list({ ...page, ...query }, filter)).items.map(
          alert => alert.rule,
        );
      // The most severe of what fires, then what may.
      expect(await names({})).toEqual(['c', 'a', 'b']);
      expect(await names({ state: 'pending' })).toEqual(['b']);
      expect(await names({ severity: 'warning' })).toEqual(['a']);
      expect(await names({ pipeline: 'other' })).toEqual([]);
      const filter = { key: 'owner', values: ['group:default/other'] };
      expect(await names({}, filter as never)).toEqual([]);
      expect(await store.list({ offset: 1, limit: 1 })).toMatchObject({
        items: [expect.anything()],
        totalItems: 3,
      });
    });
  },
);
