/** What a pipeline gets from its source. */
export const sources = {
  'pipeline.source.title': 'Source',
  'pipeline.source.received': 'Received',
  'pipeline.source.lost': 'Lost',
  'pipeline.source.lost.hint':
    'Known to be lost, such as datagrams that the machine had no room for; what is lost on the network cannot be counted.',
  'pipeline.source.refused': 'Refused',
  'pipeline.source.refused.hint': 'From senders that are not allowed.',
  'pipeline.source.malformed': 'Unreadable',
  'pipeline.source.lag': 'Waiting',
  'pipeline.source.lagEvents': '{{events}} events (about {{bytes}})',
  'pipeline.source.lastEvent': 'Last event',
  'pipeline.source.never': 'None yet',
  'pipeline.source.listening': 'Listens on',
  'pipeline.source.samples': 'Latest unreadable or shortened lines',
  'pipeline.source.sample.time': 'Time',
  'pipeline.source.sample.reason': 'Reason',
  'pipeline.source.sample.line': 'Line',

  'form.list.add': 'Add an entry',
  'form.list.entry': '{{title}}: entry {{number}}',
  'form.list.remove': 'Remove entry {{number}}',
};
