/** Ce qui est vérifié sur une cible, en français. */
export const inspection = {
  'inspection.checks': 'Ce qui a été vérifié',
  'inspection.status.ok': 'en ordre',
  'inspection.status.warning': 'fonctionne, avec des limites',
  'inspection.status.failed': 'à corriger',
  'inspection.status.skipped': 'non vérifié',
  'inspection.details': 'Constats',
  'inspection.manifest': 'Droits dont le portail a besoin',
  'inspection.manifest.text':
    'Appliquez {{name}} avec kubectl en tant qu’administrateur du cluster, puis vérifiez à nouveau.',
  'inspection.manifest.download': 'Télécharger',
  'inspection.usable': 'La cible est utilisable.',
  'inspection.unusable': 'La cible n’est pas encore utilisable.',

  'inspection.check.reachable': 'Joignable',
  'inspection.check.version': 'Version',
  'inspection.check.credentials': 'Identifiants',
  'inspection.check.permissions': 'Droits',
  'inspection.check.namespace': 'Espace de noms',
  'inspection.check.storage': 'Stockage',
  'inspection.check.capacity': 'Nœuds',
  'inspection.check.gpu': 'GPU',
  'inspection.check.monitoring': 'Supervision',
  'inspection.check.metrics': 'Métriques des pods',
  'inspection.check.portal': 'Chemin de retour vers le portail',
};
