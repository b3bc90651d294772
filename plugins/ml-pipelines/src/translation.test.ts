import { englishMessages } from './translation';
import french from './fr';

const placeholders = (text: string) =>
  (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe('French', () => {
  const frenchMessages: Record<string, string> = french;

  it('has every message, and no other', () => {
    expect(Object.keys(frenchMessages).sort()).toEqual(
      Object.keys(englishMessages).sort(),
    );
  });

  it('uses the values that the English message uses', () => {
    const different = Object.entries(englishMessages).filter(
      ([key, english]) =>
        placeholders(english).join() !==
        placeholders(frenchMessages[key]).join(),
    );
    expect(different.map(([key]) => key)).toEqual([]);
  });
});
