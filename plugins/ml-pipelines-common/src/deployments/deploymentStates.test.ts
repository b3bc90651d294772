import {
  canTransition,
  DEPLOYMENT_STATES,
  isTerminalState,
} from './deploymentStates';

describe('states of a deployment', () => {
  it('allow exactly these changes', () => {
    const table = Object.fromEntries(
      DEPLOYMENT_STATES.map(from => [
        from,
        DEPLOYMENT_STATES.filter(to => canTransition(from, to)).join(' '),
      ]),
    );
    expect(table).toMatchInlineSnapshot(`
      {
        "applying": "planning verifying succeeded failed cancelled",
        "awaiting_approval": "planning planned applying failed cancelled discarded",
        "cancelled": "",
        "discarded": "",
        "failed": "",
        "planned": "planning awaiting_approval applying failed cancelled",
        "planning": "planned failed cancelled",
        "queued": "planning failed cancelled",
        "succeeded": "",
        "verifying": "planning succeeded failed cancelled",
      }
    `);
  });

  it.each(DEPLOYMENT_STATES.filter(state => !isTerminalState(state)))(
    'let a deployment fail or be cancelled while it is %s',
    state => {
      expect(canTransition(state, 'failed')).toBe(true);
      expect(canTransition(state, 'cancelled')).toBe(true);
    },
  );

  it('always lead to an end, and never out of one', () => {
    for (const state of DEPLOYMENT_STATES) {
      const seen = new Set([state]);
      for (const from of seen) {
        DEPLOYMENT_STATES.filter(to => canTransition(from, to)).forEach(to =>
          seen.add(to),
        );
      }
      expect([...seen].some(isTerminalState)).toBe(true);
      expect(isTerminalState(state)).toBe(seen.size === 1);
    }
  });
});
