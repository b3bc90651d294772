import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelsViewSchema, runLogPageSchema } from './runtimeAnswers';

// What a test of the runtime checks its answers against.
const golden = JSON.parse(
  readFileSync(
    join(
      __dirname,
      '../../../../packages/pipeline-runtime/tests/golden/models.json',
    ),
    'utf8',
  ),
);

describe('answers of a runtime', () => {
  it('are taken as they are when they are right', () => {
    expect(modelsViewSchema.parse(golden)).toEqual(golden);
  });

  it('may leave out what is absent, and say null in its place', () => {
    const view = {
      continuous: true,
      champion: null,
      versions: [],
      runs: [],
      training: null,
      explanation: 'The first model is being learned.',
      something: 'that only a newer portal knows',
    };
    expect(modelsViewSchema.parse(view)).toEqual({
      continuous: true,
      versions: [],
      runs: [],
      explanation: 'The first model is being learned.',
    });
  });

  it.each<[string, object]>([
    ['a version that is a path', { version: '../../etc/passwd' }],
    ['an unknown state', { state: 'emperor' }],
    ['no time', { trainedAt: 'yesterday' }],
    ['a reason without end', { reason: 'x'.repeat(5000) }],
    ['a figure that is none', { threshold: '0.6' }],
  ])('are refused for %s', (_, wrong) => {
    const [version] = golden.versions;
    const result = modelsViewSchema.safeParse({
      ...golden,
      versions: [{ ...version, ...wrong }],
    });
    expect(result.success).toBe(false);
    expect(result.error?.issues[0].path).toEqual([
      'versions',
      0,
      Object.keys(wrong)[0],
    ]);
  });

  it('have a log of lines', () => {
    const line = {
      sequence: 1,
      time: '2026-01-01T00:00:00Z',
      level: 'notice',
      message: 'hello',
    };
    expect(runLogPageSchema.parse({ items: [line], next: 1 })).toEqual({
      items: [{ ...line, level: 'info' }],
      next: 1,
    });
    expect(runLogPageSchema.safeParse({ items: [line] }).success).toBe(false);
  });
});
