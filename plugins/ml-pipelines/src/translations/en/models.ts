/** Tab *Model*: versions of a model, drift, what comes next. */
export const models = {
  'model.tab': 'Model',
  'model.loadError': 'The model cannot be shown',
  'model.absent.title': 'No model yet',
  'model.absent.text':
    'Deploy the pipeline; its model and the versions of it appear here.',

  'model.words.champion': 'The champion scores what is answered and recorded.',
  'model.words.shadow':
    'In the shadow, a challenger scores the same events as the champion, without effect.',
  'model.words.gate':
    'The gate is a set of checks that a challenger has to pass before it may take over.',
  'model.words.psi':
    'The population-stability index (PSI) tells how far recent events are from those that the champion learned from: below 0.1 nothing moved, above 0.25 much did.',
  'model.words.window':
    'A training learns from the latest events, the window, while the champion goes on scoring.',

  'model.next.title': 'What happens next',
  'model.next.learning':
    'The first model is being learned: {{events}} of {{required}} events.',
  'model.next.standby':
    'This release stands by: the active release looks after the models.',
  'model.next.training':
    'A training is under way (trigger: {{trigger}}). What comes out is compared with version {{version}} in the shadow before it may take over.',
  'model.next.shadow-automatic':
    'Version {{version}} has scored {{events}} of {{required}} events in the shadow; then the gate decides whether it takes over.',
  'model.next.shadow-manual':
    'Version {{version}} has scored {{events}} of {{required}} events in the shadow; then the gate judges it, and a person decides.',
  'model.next.passed':
    'Version {{version}} passed the gate and waits for a person to promote or reject it; no training begins by itself before.',
  'model.next.not-passed':
    'Version {{version}} did not pass the gate and waits for a person to promote or reject it; no training begins by itself before.',
  'model.next.failed': 'The last training failed: {{message}}',
  'model.next.taken-back': 'Version {{version}} was taken back: {{reason}}',
  'model.next.rejected': 'Version {{version}} was rejected: {{reason}}',
  'model.next.once':
    'This pipeline learns once: the model stays until somebody retrains it.',
  'model.next.due':
    'A training is due, but fewer than {{events}} events have arrived since the last one.',
  'model.next.drifted':
    'The data has drifted (PSI {{psi}}, threshold {{threshold}}); the next training begins at {{at}}.',
  'model.next.drifted-quiet':
    'The data has drifted; a training begins when new events have arrived.',
  'model.next.at': 'The next training begins at {{at}}.',
  'model.next.at-or-drift':
    'The next training begins at {{at}}, or earlier when the PSI reaches {{threshold}}.',
  'model.next.at-or-drift-now':
    'The next training begins at {{at}}, or earlier when the PSI reaches {{threshold}} (now {{psi}}).',
  'model.next.on-drift':
    'The next training begins when the PSI reaches {{threshold}}.',
  'model.next.on-drift-now':
    'The next training begins when the PSI reaches {{threshold}} (now {{psi}}).',
  'model.next.never':
    'No training begins by itself: there is no interval, and none of the features can be measured for drift.',
  'model.once.text':
    'To retrain on recent events, set the learning of the model to continuous:',
  'model.training': 'Training',
  'model.training.because': 'Trigger: {{trigger}}',

  'model.champion.title': 'Champion',
  'model.champion.none': 'None yet: the first model is being learned.',
  'model.challenger.title': 'Challenger',
  'model.challenger.none': 'None at the moment. The next training makes one.',
  'model.shadow': 'Events in the shadow',
  'model.shadow.progress':
    '{{events}} of {{required}} events scored in the shadow',
  'model.gate.title': 'Gate',
  'model.gate.passed': 'Passed',
  'model.gate.failed': 'Not passed',
  'model.gate.events': 'Judged on {{events}} events that both models scored',
  'model.gate.anomalyRatio':
    'It flags {{value}} % of the events; at most {{bound}} % are plausible.',
  'model.gate.agreement':
    'It orders the events like the champion by {{value}} (1: the same order); at least {{bound}} is asked for.',
  'model.gate.drift':
    'Recent events differ from its training events by a PSI of {{value}}; at most {{bound}} is asked for.',
  'model.gate.latency':
    'It takes {{value}} ms an event; at most {{bound}} ms is asked for.',

  'model.drift.title': 'Drift',
  'model.drift.none':
    'Not known yet. It is computed once the champion has scored enough events.',
  'model.drift.of':
    'over {{events}} recent events; a training starts at {{threshold}}',
  'model.drift.more': 'Show all {{total}} features',
  'model.drift.steady': 'PSI {{psi}}: nothing moved',
  'model.drift.moved': 'PSI {{psi}}: moved a little',
  'model.drift.far': 'PSI {{psi}}: moved much',
  'model.drift.bins': 'Shares of the events by {{feature}}',
  'model.drift.range': 'Range',
  'model.drift.expected': 'At training',
  'model.drift.actual': 'Now',
  'model.drift.all': 'all',
  'model.drift.below': 'up to {{to}}',
  'model.drift.above': 'from {{from}}',
  'model.drift.between': '{{from}} to {{to}}',

  'model.versions.title': 'Versions',
  'model.versions.none': 'No version yet: the first model is being learned.',
  'model.version': 'Version',
  'model.state': 'State',
  'model.state.champion': 'Champion',
  'model.state.challenger': 'Challenger',
  'model.state.archived': 'Former champion',
  'model.state.rejected': 'Rejected',
  'model.trained': 'Trained',
  'model.trigger': 'Why',
  'model.events': 'Training events',
  'model.window': '{{from}} to {{to}}',
  'model.threshold': 'Threshold',
  'model.parent': 'Champion before',
  'model.after': 'after {{parent}}',
  'model.psi': 'PSI',
  'model.promoted': 'Promoted',
  'model.by.gate': 'by the gate',
  'model.by.alerts': 'by a roll-back after an alert',
  'model.by.start': 'as the first model',
  'model.by.person': 'by {{name}}',
  'model.run.open': 'Open the run',

  'model.retrain': 'Retrain now',
  'model.promote': 'Promote',
  'model.reject': 'Reject',
  'model.rollback': 'Roll back',
  'model.rollback.to': 'Roll back to this',
  'model.ask.retrain': 'Retrain now?',
  'model.ask.promote': 'Promote version {{version}}?',
  'model.ask.reject': 'Reject version {{version}}?',
  'model.ask.rollback': 'Roll back to version {{version}}?',
  'model.means.retrain':
    'A training on the recent events starts in the background. Version {{champion}} goes on scoring; the new model becomes its challenger.',
  'model.means.promote':
    'Version {{version}} scores from now on, and version {{champion}} becomes a former champion. No event is lost; you can roll back.',
  'model.means.promote.failed': 'It has not passed the gate.',
  'model.means.reject':
    'Version {{version}} is given up, and version {{champion}} goes on. This cannot be undone; a later training makes another one.',
  'model.means.rollback':
    'Version {{version}} scores again, and version {{champion}} is rejected, together with a challenger. No event is lost.',
  'model.reason': 'Reason',
  'model.reason.hint': 'Shown in the history of the model.',
  'model.done.retrain': 'The training has started',
  'model.done.promote': 'Version {{version}} is the champion',
  'model.done.reject': 'Version {{version}} is rejected',
  'model.done.rollback': 'Version {{version}} is the champion again',
};
