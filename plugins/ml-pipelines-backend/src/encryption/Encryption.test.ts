import { ConfigReader } from '@backstage/config';
import { createMockDirectory } from '@backstage/backend-test-utils';
import { randomBytes } from 'node:crypto';
import { chmod, readdir, stat } from 'node:fs/promises';
import { Encryption } from './Encryption';

const key = () => randomBytes(32).toString('base64');

describe('Encryption', () => {
  const directory = createMockDirectory();
  beforeEach(() => directory.clear());

  it('keeps values secret, distinct and bound to their context', () => {
    const encryption = Encryption.fromKeys([key()]);
    const value = Buffer.from('top secret');
    const [first, second] = [1, 2].map(() => encryption.encrypt(value, 'a:1'));

    expect(first.includes('top secret')).toBe(false);
    expect(first.equals(second)).toBe(false);
    expect(encryption.decrypt(first, 'a:1')).toEqual(value);
    expect(() => encryption.decrypt(first, 'a:2')).toThrow(
      /altered or belongs to something else/,
    );
    for (let position = 0; position < first.length; position++) {
      const altered = Buffer.from(first);
      altered[position] = altered[position] + 1;
      expect(() => encryption.decrypt(altered, 'a:1')).toThrow(
        /Cannot decrypt/,
      );
    }
    expect(() => encryption.decrypt(first.subarray(0, 20), 'a:1')).toThrow(
      /not an envelope/,
    );
    expect(
      encryption.decryptText(encryption.encryptText('été', 'b'), 'b'),
    ).toBe('été');
  });

  it('rotates: the first key encrypts, all decrypt', () => {
    const [oldKey, newKey] = [key(), key()];
    const before = Encryption.fromKeys([oldKey]);
    const envelope = before.encrypt(Buffer.from('x'), 'c');
    const during = Encryption.fromKeys([newKey, oldKey]);
    const after = Encryption.fromKeys([newKey]);

    expect(during.decrypt(envelope, 'c').toString()).toBe('x');
    expect(during.keyId(envelope)).toBe(before.currentKeyId);
    const rotated = during.encrypt(Buffer.from('x'), 'c');
    expect(during.keyId(rotated)).toBe(after.currentKeyId);
    expect(after.decrypt(rotated, 'c').toString()).toBe('x');
    expect(() => after.decrypt(envelope, 'c')).toThrow(
      new RegExp(`key ${before.currentKeyId}, which is not configured`),
    );
  });

  it('reads keys from the configuration and names a wrong one without showing it', async () => {
    const config = (...keys: string[]) =>
      new ConfigReader({ mlPipelines: { encryption: { keys } } });
    const given = key();
    const encryption = await Encryption.fromConfig(config(given));
    expect(encryption.currentKeyId).toBe(
      Encryption.fromKeys([given]).currentKeyId,
    );

    const error = await Encryption.fromConfig(config(given, 'short')).catch(
      e => e,
    );
    expect(error.message).toMatch(/Entry 1 of .*openssl rand/);
    expect(error.message).not.toContain('short');
    await expect(Encryption.fromConfig(new ConfigReader({}))).rejects.toThrow(
      /Set mlPipelines.encryption.keys/,
    );
  });

  it('derives keys for other purposes, also from keys that were replaced', () => {
    const [current, old] = [key(), key()];
    const derived = Encryption.fromKeys([current, old]).deriveKeys('links');
    expect(derived.map(secret => secret.length)).toEqual([32, 32]);
    expect(derived[1]).toEqual(
      Encryption.fromKeys([old]).deriveKeys('links')[0],
    );
    const all = [
      ...derived,
      ...Encryption.fromKeys([current]).deriveKeys('other'),
      Buffer.from(current, 'base64'),
    ];
    expect(new Set(all.map(secret => secret.toString('hex'))).size).toBe(4);
  });

  it('makes one private key file, also when two portals start at once', async () => {
    const dataDir = directory.resolve('data');
    const config = new ConfigReader({});
    const encryptions = await Promise.all(
      [1, 2, 3].map(() => Encryption.fromConfig(config, { dataDir })),
    );
    expect(new Set(encryptions.map(e => e.currentKeyId)).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['encryption.key']);
    const path = directory.resolve('data/encryption.key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    await chmod(path, 0o644);
    await expect(Encryption.fromConfig(config, { dataDir })).rejects.toThrow(
      /can be read by others.*chmod 600/,
    );
  });
});
