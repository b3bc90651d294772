import { InputError } from '@backstage/errors';
import express, { Request, Response } from 'express';
import { z } from 'zod';
import {
  TerraformLockInfo,
  terraformLockInfoSchema,
} from './TerraformLockInfo';

const stackIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/);
const lockIdSchema = z.string().min(1).max(255).optional();

/** The stack of the path for log and audit, which callers that showed no token must not write to. */
export function loggedStackIdOf(req: Request): string {
  const id = stackIdSchema.safeParse(req.params.stackId);
  return id.success ? id.data : '(not a stack id)';
}

/** The stack of the path. @throws InputError */
export function stackIdOf(req: Request): string {
  const id = stackIdSchema.safeParse(req.params.stackId);
  if (!id.success) {
    throw new InputError(
      'A stack id begins with a letter or digit and has letters, digits, dots, dashes and underscores, at most 255.',
    );
  }
  return id.data;
}

/** The lock under which a change is made; undefined when none is named. @throws InputError */
export function lockIdOf(req: Request): string | undefined {
  const id = lockIdSchema.safeParse(req.query.ID);
  if (!id.success) {
    throw new InputError('The parameter ID is not the id of a lock.');
  }
  return id.data;
}

/** The announced digest: base64 in the header (RFC 1864), hexadecimal here. */
export function md5Of(req: Request): string | undefined {
  const header = req.get('Content-MD5');
  return header && Buffer.from(header, 'base64').toString('hex');
}

/** The body as it was sent; empty when there is none. Fails with status 413 above the limit. */
export async function readBody(
  req: Request,
  res: Response,
  limit: string,
): Promise<Buffer> {
  const parse = express.raw({ type: () => true, limit });
  await new Promise<void>((resolve, reject) => {
    parse(req, res, error => (error ? reject(error) : resolve()));
  });
  if (Buffer.isBuffer(req.body)) {
    return req.body;
  }
  if (Number(req.headers['content-length'] ?? 0) > 0) {
    throw new Error(
      'A body parser read the request first: mount the Terraform state router before it.',
    );
  }
  return Buffer.alloc(0);
}

/** The lock that a body describes. @throws InputError */
export function parseLockInfo(body: Buffer): TerraformLockInfo {
  try {
    return terraformLockInfoSchema.parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw new InputError('The body is not the description of a lock.');
  }
}
