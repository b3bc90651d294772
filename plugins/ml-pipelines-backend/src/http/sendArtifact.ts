import type { ArtifactInfo } from '@mlpipe/plugin-ml-pipelines-common';
import type { Request, Response } from 'express';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Answers with an artefact, or with the one range of it that was asked for (RFC 9110). */
export async function sendArtifact(
  req: Request,
  res: Response,
  { digest, size }: ArtifactInfo,
  open: (range?: { start: number; end: number }) => Promise<Readable>,
): Promise<void> {
  res.set({
    'Content-Type': 'application/octet-stream',
    // Never shown in the portal's origin, whatever it holds.
    'Content-Disposition': 'attachment',
    'Accept-Ranges': 'bytes',
    ETag: `"${digest}"`,
  });
  const ranges = req.range(size);
  if (ranges === -1) {
    res.status(416).set('Content-Range', `bytes */${size}`).end();
    return;
  }
  // Several ranges at once are answered with all of it, as the RFC allows.
  const range =
    Array.isArray(ranges) && ranges.length === 1 ? ranges[0] : undefined;
  if (range) {
    res
      .status(206)
      .set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  }
  res.set('Content-Length', String(range ? range.end - range.start + 1 : size));
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  try {
    await pipeline(await open(range), res);
  } catch (error) {
    // A reader that goes away has nobody left to be told.
    if (!res.destroyed) {
      throw error;
    }
  }
}
