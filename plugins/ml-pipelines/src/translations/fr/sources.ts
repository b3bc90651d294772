import type { sources as en } from '../en/sources';

export const sources: Record<keyof typeof en, string> = {
  'pipeline.source.title': 'Source',
  'pipeline.source.received': 'Reçus',
  'pipeline.source.lost': 'Perdus',
  'pipeline.source.lost.hint':
    'Perdus à notre connaissance, comme les datagrammes pour lesquels la machine n’avait pas de place ; ce qui se perd sur le réseau ne peut pas être compté.',
  'pipeline.source.refused': 'Refusés',
  'pipeline.source.refused.hint': 'D’expéditeurs qui ne sont pas admis.',
  'pipeline.source.malformed': 'Illisibles',
  'pipeline.source.lag': 'En attente',
  'pipeline.source.lagEvents': '{{events}} événements (environ {{bytes}})',
  'pipeline.source.lastEvent': 'Dernier événement',
  'pipeline.source.never': 'Aucun pour l’instant',
  'pipeline.source.listening': 'Écoute sur',
  'pipeline.source.samples': 'Dernières lignes illisibles ou raccourcies',
  'pipeline.source.sample.time': 'Heure',
  'pipeline.source.sample.reason': 'Raison',
  'pipeline.source.sample.line': 'Ligne',

  'form.list.add': 'Ajouter une entrée',
  'form.list.entry': '{{title}} : entrée {{number}}',
  'form.list.remove': 'Retirer l’entrée {{number}}',
};
