import { randomBytes } from 'node:crypto';
import { Encryption } from '../encryption/Encryption';
import { WorkloadTokens } from './WorkloadTokens';

const key = () => randomBytes(32).toString('base64');

describe('WorkloadTokens', () => {
  it('gives each pipeline its own token, the same on every backend', () => {
    const secret = key();
    const tokens = new WorkloadTokens(Encryption.fromKeys([secret]));
    const other = new WorkloadTokens(Encryption.fromKeys([secret]));
    expect(tokens.reveal('ssh')).toBe(other.reveal('ssh'));
    expect(tokens.accepts('ssh', other.reveal('ssh'))).toBe(true);
    expect(tokens.accepts('web', tokens.reveal('ssh'))).toBe(false);
    expect(tokens.accepts('ssh', '')).toBe(false);
  });

  it('accepts the tokens of before a rotation, and gives out new ones', () => {
    const [old, fresh] = [key(), key()];
    const before = new WorkloadTokens(Encryption.fromKeys([old]));
    const after = new WorkloadTokens(Encryption.fromKeys([fresh, old]));
    expect(after.reveal('ssh')).not.toBe(before.reveal('ssh'));
    expect(after.accepts('ssh', before.reveal('ssh'))).toBe(true);
    expect(before.accepts('ssh', after.reveal('ssh'))).toBe(false);
  });
});
