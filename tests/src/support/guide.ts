import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './portal';

/** A fenced code block of a page. */
export interface CodeBlock {
  language: string;
  /** The file that it is, from `title="…"`. */
  title?: string;
  content: string;
}

/** Code blocks of a page below `docs/`, in their order. */
export function codeBlocks(page: string): CodeBlock[] {
  const text = readFileSync(join(repositoryRoot, 'docs', page), 'utf8');
  return [
    ...text.matchAll(/^```(\w+)(?: title="([^"]+)")?\n([\s\S]*?)^```$/gm),
  ].map(([, language, title, content]) => ({ language, title, content }));
}
