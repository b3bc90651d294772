import type { ChangeCode } from './changeTexts';
import type { DocumentChange } from './DocumentChange';

/** A change without its words. */
export type BareChange = Omit<DocumentChange, 'params' | 'sentence'>;

/** A change without its words, from what is special about it. */
export function change(
  code: ChangeCode,
  path: BareChange['path'],
  rest: Partial<BareChange> = {},
): BareChange {
  return { code, path, value: { kind: 'value' }, names: {}, ...rest };
}
