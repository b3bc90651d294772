import { formatCompact, formatMoney, formatTick } from './format';

describe('numbers in the language of the page', () => {
  afterEach(() => {
    document.documentElement.lang = '';
  });

  it.each([
    ['en', '€1,234.50', '€0.012', '1.2M'],
    ['fr', '1 234,50 €', '0,012 €', '1,2 M'],
  ])('formats money and large numbers in %s', (lang, money, small, large) => {
    document.documentElement.lang = lang;
    const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
    expect(plain(formatMoney(1234.5, 'EUR'))).toBe(money);
    expect(plain(formatMoney(0.0123, 'EUR'))).toBe(small);
    expect(plain(formatCompact(1_234_567))).toBe(large);
  });

  it('shows amounts of what is no currency', () => {
    document.documentElement.lang = 'en';
    expect(formatMoney(2.5, 'C-1')).toBe('2.5 C-1');
  });

  it('labels an axis with what tells its ticks apart', () => {
    document.documentElement.lang = 'en';
    const noon = new Date(2026, 2, 5, 12).getTime() / 1000;
    expect(formatTick(noon, 3600)).toMatch(/12:00/);
    expect(formatTick(noon, 30 * 86_400)).toBe('Mar 5');
  });
});
