import { createHash, randomBytes } from 'node:crypto';
import { Encryption } from '../encryption/Encryption';
import { ManagementKeys } from './ManagementKeys';

const key = () => randomBytes(32).toString('base64');
const sha256 = (text: string) =>
  createHash('sha256').update(text).digest('hex');

describe('ManagementKeys', () => {
  it('gives each pipeline its own key, the same on every backend', () => {
    const secret = key();
    const keys = new ManagementKeys(Encryption.fromKeys([secret]));
    const other = new ManagementKeys(Encryption.fromKeys([secret]));
    expect(keys.reveal('ssh')).toBe(other.reveal('ssh'));
    expect(keys.reveal('ssh')).not.toBe(keys.reveal('web'));
    expect(keys.hashes('ssh')).toEqual([sha256(keys.reveal('ssh'))]);
  });

  it('accepts the keys of before a rotation, and uses the new one', () => {
    const [old, fresh] = [key(), key()];
    const before = new ManagementKeys(Encryption.fromKeys([old]));
    const after = new ManagementKeys(Encryption.fromKeys([fresh, old]));
    expect(after.reveal('ssh')).not.toBe(before.reveal('ssh'));
    expect(after.hashes('ssh')).toEqual([
      sha256(after.reveal('ssh')),
      sha256(before.reveal('ssh')),
    ]);
  });
});
