import { parseTerraformEvent } from './parseTerraformEvent';

describe('parseTerraformEvent', () => {
  it('keeps what it does not know as a log, whatever comes', () => {
    expect(parseTerraformEvent('')).toBeUndefined();
    for (const line of ['plain text', '"text"', '[1]', '{"@level":5}', '7']) {
      expect(parseTerraformEvent(line)).toEqual({
        type: 'log',
        level: 'info',
        message: line,
      });
    }
    expect(
      parseTerraformEvent(
        '{"@level":"info","@message":"soon","@timestamp":"2026-01-01T00:00:00Z","type":"ephemeral_op_start","hook":{}}',
      ),
    ).toEqual({
      type: 'log',
      level: 'info',
      message: 'soon',
      timestamp: '2026-01-01T00:00:00Z',
    });
    // A known type in an unknown form must not end the stream either.
    expect(
      parseTerraformEvent('{"@message":"odd","type":"planned_change"}'),
    ).toMatchObject({ type: 'log', message: 'odd' });
  });

  it('reads OpenTofu as it reads Terraform', () => {
    expect(
      parseTerraformEvent(
        '{"@level":"info","@message":"OpenTofu 1.10.0","type":"version","tofu":"1.10.0","ui":"1.2"}',
      ),
    ).toMatchObject({ type: 'version', version: '1.10.0' });
  });

  it('never passes on the value of a sensitive output', () => {
    expect(
      parseTerraformEvent(
        '{"@message":"","type":"outputs","outputs":{"a":{"sensitive":true,"value":"hidden","type":"string"},"b":{"sensitive":false,"value":2,"type":"number"}}}',
      ),
    ).toMatchObject({
      outputs: {
        a: { sensitive: true },
        b: { sensitive: false, value: 2 },
      },
    });
    expect(
      JSON.stringify(
        parseTerraformEvent(
          '{"@message":"","type":"outputs","outputs":{"a":{"sensitive":true,"value":"hidden"}}}',
        ),
      ),
    ).not.toContain('hidden');
  });
});
