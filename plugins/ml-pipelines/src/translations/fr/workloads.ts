import { failureKey, phaseKey, reasonKey } from '../en/workloads';

/** Ce qui tourne d’un pipeline, et ce que la cible en dit, en français. */
export const workloads = {
  'replicas.column.replica': 'Réplique',
  'replicas.column.state': 'État',
  'replicas.column.restarts': 'Redémarrages',
  'replicas.column.since': 'Démarrée',
  'replicas.column.use': 'Consomme',
  'replicas.column.logs': 'Journaux',
  'replicas.on': 'sur {{node}}',
  'replicas.logs': 'Journal',
  'replicas.logs.of': 'Journal de {{replica}}',
  'replicas.logs.previous': 'Avant le redémarrage',
  'replicas.logs.previous.of': 'Avant le redémarrage : journal de {{replica}}',

  'rollout.progressing': 'La révision {{revision}} se met en place',
  'rollout.complete': 'La révision {{revision}} est en place',
  'rollout.failed': 'La révision {{revision}} n’a pas démarré',
  'rollback.action': 'Revenir à la révision {{revision}}',

  'events.title': 'Événements',
  'events.column.time': 'Quand',
  'events.column.object': 'Objet',
  'events.column.message': 'Ce qui s’est passé',
  'events.times': '{{reason}}, {{times}} fois',
  'events.none': 'Rien ne s’est passé récemment',

  'kubernetes.open': 'Voir dans Kubernetes',

  'logs.replica': 'Réplique',
  'logs.replica.all': 'Toutes les répliques',
  'logs.previous': 'Avant le dernier redémarrage',
  'logs.previous.shown':
    'Ce qui tournait avant le dernier redémarrage ; aucune ligne ne viendra plus.',
  'logs.previous.none.title': 'Pas de journal antérieur',
  'logs.previous.none.text':
    'Cette réplique n’a pas redémarré, ou la cible n’a plus le journal de ce qui tournait avant.',
};

/** Mots pour ce que les cibles nomment. */
export const workloadWords: Record<string, string> = {
  [reasonKey('ContainerCreating')]: 'Son conteneur est en cours de création.',
  [reasonKey('PodInitializing')]: 'Elle se prépare.',
  [reasonKey('Terminating')]: 'Elle s’arrête.',
  [reasonKey('ImagePullBackOff')]: 'Son image ne peut pas être téléchargée.',
  [reasonKey('ErrImagePull')]: 'Son image ne peut pas être téléchargée.',
  [reasonKey('ErrImageNeverPull')]:
    'Son image n’est pas sur le nœud et ne peut pas être téléchargée.',
  [reasonKey('InvalidImageName')]: 'Le nom de son image est faux.',
  [reasonKey('CrashLoopBackOff')]:
    'Elle s’arrête sans cesse et redémarre de plus en plus tard.',
  [reasonKey('Error')]: 'Elle s’est arrêtée sur une erreur.',
  [reasonKey('Completed')]: 'Elle s’est terminée.',
  [reasonKey('OOMKilled')]: 'Il lui fallait plus de mémoire que permis.',
  [reasonKey('Unschedulable')]: 'Aucun nœud n’a de place pour elle.',
  [reasonKey('CreateContainerConfigError')]:
    'Il manque quelque chose dont elle a besoin.',
  [reasonKey('CreateContainerError')]: 'Son conteneur n’a pas pu être créé.',
  [reasonKey('RunContainerError')]: 'Son conteneur n’a pas pu démarrer.',
  [reasonKey('ContainerCannotRun')]: 'Son conteneur n’a pas pu démarrer.',
  [reasonKey('Evicted')]: 'Son nœud l’a retirée pour se préserver.',
  [reasonKey('Preempting')]: 'Elle a cédé la place à plus important.',
  [reasonKey('NodeLost')]: 'Son nœud ne répond pas.',
  [reasonKey('NodeAffinity')]: 'Son nœud ne convient plus.',
  [reasonKey('DeadlineExceeded')]: 'Elle a pris trop de temps.',
  [reasonKey('ContainersNotReady')]: 'Elle ne répond pas encore comme prête.',
  [reasonKey('Unhealthy')]: 'Elle ne répond pas comme prête.',
  [reasonKey('FailedCreate')]: 'Le cluster ne la laisse pas se créer.',
  [reasonKey('FailedCreatePodSandBox')]:
    'Son réseau ou son bac à sable n’a pas pu être créé.',
  [reasonKey('FailedMount')]:
    'Un volume ou un fichier nécessaire ne peut pas être monté.',
  [reasonKey('FailedAttachVolume')]:
    'Son volume ne peut pas être attaché au nœud.',
  [reasonKey('FailedScheduling')]: 'Aucun nœud n’a de place pour elle.',
  [reasonKey('ProgressDeadlineExceeded')]:
    'Elle n’est pas devenue prête à temps.',
  [reasonKey('Failed')]: 'Elle a échoué.',
  [phaseKey('pending')]: 'En attente',
  [phaseKey('waiting')]: 'En attente',
  [phaseKey('starting')]: 'Démarre',
  [phaseKey('running')]: 'En marche',
  [phaseKey('backoff')]: 'Redémarre',
  [phaseKey('ended')]: 'Terminée',
  [phaseKey('exited')]: 'Terminée',
  [phaseKey('succeeded')]: 'Terminée',
  [phaseKey('failed')]: 'En échec',
  [phaseKey('fatal')]: 'En échec',
  [phaseKey('evicted')]: 'Retirée de son nœud',
  [phaseKey('terminating')]: 'S’arrête',
  [phaseKey('stopping')]: 'S’arrête',
  [phaseKey('stopped')]: 'Arrêtée',
  [phaseKey('unknown')]: 'Inconnu',
  [failureKey('workload.evicted')]: 'Son nœud l’a retirée pour se préserver',
  [failureKey('workload.terminating')]: 'Elle est encore en cours de retrait',
  [failureKey('workload.image-pull')]: 'L’image ne peut pas être téléchargée',
  [failureKey('workload.crash-loop')]: 'Elle s’arrête sans cesse',
  [failureKey('workload.out-of-memory')]: 'Pas assez de mémoire',
  [failureKey('workload.unschedulable')]: 'Aucun nœud n’a de place',
  [failureKey('workload.quota')]: 'Le quota de l’espace de noms est épuisé',
  [failureKey('workload.probe')]: 'Elle ne devient pas prête',
  [failureKey('workload.volume')]: 'Son volume ne peut pas être monté',
  [failureKey('workload.rejected')]: 'Le cluster la refuse',
  [failureKey('workload.node-lost')]: 'Son nœud ne répond pas',
  [failureKey('workload.deadline')]: 'Elle a pris trop de temps',
};
