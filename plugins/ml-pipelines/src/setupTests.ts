import '@testing-library/jest-dom';

// jsdom has none; charts ask it for their size.
class NoResizeObserver implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= NoResizeObserver;
