import { withoutSecretValues } from './withoutSecretValues';

describe('withoutSecretValues', () => {
  it.each([
    'password',
    'dbPassword',
    'API_KEY',
    'apiKey',
    'access-token',
    'clientSecret',
    'openai_api_key',
    'sshPrivateKey',
  ])('drops the text of "%s", wherever it is', key => {
    const form = { step: [{ [key]: 'hunter2', port: 1 }] };
    expect(withoutSecretValues(form)).toEqual({ step: [{ port: 1 }] });
  });

  it.each(['tokenizer', 'maxTokens', 'secretName', 'keyboard', 'apiKeyName'])(
    'keeps "%s"',
    key => {
      expect(withoutSecretValues({ [key]: 'x' })).toEqual({ [key]: 'x' });
    },
  );

  it('keeps of references to secrets only what refers', () => {
    expect(
      withoutSecretValues({
        secrets: [{ env: 'A', name: 'a', value: 'hunter2' }, 'b'],
        nested: { secrets: { a: 'hunter2', b: { value: 'hunter2' } } },
      }),
    ).toEqual({
      secrets: [{ env: 'A', name: 'a' }, 'b'],
      nested: { secrets: [{ name: 'a' }, { name: 'b' }] },
    });
    expect(withoutSecretValues({ secrets: 'hunter2' })).toEqual({});
  });

  it('does the same in YAML, readable or not', () => {
    const yaml = (...values: string[]) => `spec:
  environment:
    - name: MODE
      value: fast
  secrets:
  - env: A
    name: a
    value:${values[0]}
    - B:${values[1]}
  nodes:
    - id: source
      parameters:
        password:${values[2]}
        "apiKey":${values[3]}
        tokenizer: words
  text: [unclosed
  token:${values[4]}
`;
    expect(
      withoutSecretValues({
        yaml: yaml(
          ' hunter2',
          ' hunter2',
          ' "hunter2"',
          ' hunter2,',
          ' hunter2',
        ),
      }),
    ).toEqual({ yaml: yaml('', '', '', '', '') });
    expect(withoutSecretValues({ yaml: 'secrets: {A: hunter2}' })).toEqual({
      yaml: 'secrets:',
    });
  });

  it('leaves everything else as it is', () => {
    const form = { a: null, b: [1, [true]], c: { d: 'text' }, token: 5 };
    expect(withoutSecretValues(form)).toEqual(form);
  });
});
