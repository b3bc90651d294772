import type { models as en } from '../en/models';

export const models: Record<keyof typeof en, string> = {
  'model.tab': 'Modèle',
  'model.loadError': 'Le modèle ne peut pas être affiché',
  'model.absent.title': 'Pas encore de modèle',
  'model.absent.text':
    'Déployez le pipeline ; son modèle et ses versions apparaissent ici.',

  'model.words.champion': 'Le champion note ce qui est répondu et enregistré.',
  'model.words.shadow':
    'Dans l’ombre, un prétendant note les mêmes événements que le champion, sans effet.',
  'model.words.gate':
    'L’examen est l’ensemble des contrôles qu’un prétendant doit réussir avant de pouvoir prendre la place.',
  'model.words.psi':
    'L’indice de stabilité de la population (PSI) dit à quel point les événements récents diffèrent de ceux dont le champion a appris : sous 0,1 rien n’a bougé, au-dessus de 0,25 beaucoup.',
  'model.words.window':
    'Un entraînement apprend des événements les plus récents, la fenêtre, pendant que le champion continue à noter.',

  'model.next.title': 'La suite',
  'model.next.learning':
    'Le premier modèle est en cours d’apprentissage : {{events}} événements sur {{required}}.',
  'model.next.standby':
    'Cette version en service est en attente : la version active s’occupe des modèles.',
  'model.next.training':
    'Un entraînement est en cours (déclencheur : {{trigger}}). Son résultat est comparé à la version {{version}} dans l’ombre avant de pouvoir prendre la place.',
  'model.next.shadow-automatic':
    'La version {{version}} a noté {{events}} événements sur {{required}} dans l’ombre ; ensuite l’examen décide si elle prend la place.',
  'model.next.shadow-manual':
    'La version {{version}} a noté {{events}} événements sur {{required}} dans l’ombre ; ensuite l’examen la juge, et une personne décide.',
  'model.next.passed':
    'La version {{version}} a réussi l’examen et attend qu’une personne la promeuve ou la rejette ; aucun entraînement ne commence de lui-même avant.',
  'model.next.not-passed':
    'La version {{version}} n’a pas réussi l’examen et attend qu’une personne la promeuve ou la rejette ; aucun entraînement ne commence de lui-même avant.',
  'model.next.failed': 'Le dernier entraînement a échoué : {{message}}',
  'model.next.taken-back': 'La version {{version}} a été retirée : {{reason}}',
  'model.next.rejected': 'La version {{version}} a été rejetée : {{reason}}',
  'model.next.once':
    'Ce pipeline apprend une seule fois : le modèle reste jusqu’à ce que quelqu’un le réentraîne.',
  'model.next.due':
    'Un entraînement est dû, mais moins de {{events}} événements sont arrivés depuis le dernier.',
  'model.next.drifted':
    'Les données ont dérivé (PSI {{psi}}, seuil {{threshold}}) ; le prochain entraînement commence le {{at}}.',
  'model.next.drifted-quiet':
    'Les données ont dérivé ; un entraînement commence quand de nouveaux événements sont arrivés.',
  'model.next.at': 'Le prochain entraînement commence le {{at}}.',
  'model.next.at-or-drift':
    'Le prochain entraînement commence le {{at}}, ou plus tôt quand le PSI atteint {{threshold}}.',
  'model.next.at-or-drift-now':
    'Le prochain entraînement commence le {{at}}, ou plus tôt quand le PSI atteint {{threshold}} (maintenant {{psi}}).',
  'model.next.on-drift':
    'Le prochain entraînement commence quand le PSI atteint {{threshold}}.',
  'model.next.on-drift-now':
    'Le prochain entraînement commence quand le PSI atteint {{threshold}} (maintenant {{psi}}).',
  'model.next.never':
    'Aucun entraînement ne commence de lui-même : il n’y a pas d’intervalle, et la dérive d’aucune caractéristique ne se mesure.',
  'model.once.text':
    'Pour réentraîner sur les événements récents, réglez l’apprentissage du modèle sur continu :',
  'model.training': 'Entraînement',
  'model.training.because': 'Déclencheur : {{trigger}}',

  'model.champion.title': 'Champion',
  'model.champion.none':
    'Aucun encore : le premier modèle est en cours d’apprentissage.',
  'model.challenger.title': 'Prétendant',
  'model.challenger.none':
    'Aucun pour le moment. Le prochain entraînement en fait un.',
  'model.shadow': 'Événements dans l’ombre',
  'model.shadow.progress':
    '{{events}} événements sur {{required}} notés dans l’ombre',
  'model.gate.title': 'Examen',
  'model.gate.passed': 'Réussi',
  'model.gate.failed': 'Pas réussi',
  'model.gate.events':
    'Jugé sur {{events}} événements que les deux modèles ont notés',
  'model.gate.anomalyRatio':
    'Il signale {{value}} % des événements ; au plus {{bound}} % sont plausibles.',
  'model.gate.agreement':
    'Il ordonne les événements comme le champion à {{value}} (1 : le même ordre) ; au moins {{bound}} est demandé.',
  'model.gate.drift':
    'Les événements récents diffèrent de ceux de son entraînement par un PSI de {{value}} ; au plus {{bound}} est demandé.',
  'model.gate.latency':
    'Il prend {{value}} ms par événement ; au plus {{bound}} ms est demandé.',

  'model.drift.title': 'Dérive',
  'model.drift.none':
    'Pas encore connue. Elle est calculée dès que le champion a noté assez d’événements.',
  'model.drift.of':
    'sur {{events}} événements récents ; un entraînement commence à {{threshold}}',
  'model.drift.more': 'Afficher les {{total}} caractéristiques',
  'model.drift.steady': 'PSI {{psi}} : rien n’a bougé',
  'model.drift.moved': 'PSI {{psi}} : a un peu bougé',
  'model.drift.far': 'PSI {{psi}} : a beaucoup bougé',
  'model.drift.bins': 'Parts des événements selon {{feature}}',
  'model.drift.range': 'Plage',
  'model.drift.expected': 'À l’entraînement',
  'model.drift.actual': 'Maintenant',
  'model.drift.all': 'tout',
  'model.drift.below': 'jusqu’à {{to}}',
  'model.drift.above': 'à partir de {{from}}',
  'model.drift.between': '{{from}} à {{to}}',

  'model.versions.title': 'Versions',
  'model.versions.none':
    'Pas encore de version : le premier modèle est en cours d’apprentissage.',
  'model.version': 'Version',
  'model.state': 'État',
  'model.state.champion': 'Champion',
  'model.state.challenger': 'Prétendant',
  'model.state.archived': 'Ancien champion',
  'model.state.rejected': 'Rejetée',
  'model.trained': 'Entraînement',
  'model.trigger': 'Pourquoi',
  'model.events': 'Événements appris',
  'model.window': '{{from}} à {{to}}',
  'model.threshold': 'Seuil',
  'model.parent': 'Champion d’avant',
  'model.after': 'après {{parent}}',
  'model.psi': 'PSI',
  'model.promoted': 'Promotion',
  'model.by.gate': 'par l’examen',
  'model.by.alerts': 'par un retour en arrière après une alerte',
  'model.by.start': 'comme premier modèle',
  'model.by.person': 'par {{name}}',
  'model.run.open': 'Ouvrir l’exécution',

  'model.retrain': 'Réentraîner',
  'model.promote': 'Promouvoir',
  'model.reject': 'Rejeter',
  'model.rollback': 'Revenir en arrière',
  'model.rollback.to': 'Revenir à celle-ci',
  'model.ask.retrain': 'Réentraîner maintenant ?',
  'model.ask.promote': 'Promouvoir la version {{version}} ?',
  'model.ask.reject': 'Rejeter la version {{version}} ?',
  'model.ask.rollback': 'Revenir à la version {{version}} ?',
  'model.means.retrain':
    'Un entraînement sur les événements récents commence en arrière-plan. La version {{champion}} continue à noter ; le nouveau modèle devient son prétendant.',
  'model.means.promote':
    'La version {{version}} note désormais, et la version {{champion}} devient un ancien champion. Aucun événement n’est perdu ; vous pouvez revenir en arrière.',
  'model.means.promote.failed': 'Elle n’a pas réussi l’examen.',
  'model.means.reject':
    'La version {{version}} est abandonnée, et la version {{champion}} continue. C’est irréversible ; un entraînement ultérieur en fait une autre.',
  'model.means.rollback':
    'La version {{version}} note à nouveau, et la version {{champion}} est rejetée, avec un éventuel prétendant. Aucun événement n’est perdu.',
  'model.reason': 'Raison',
  'model.reason.hint': 'Affichée dans l’historique du modèle.',
  'model.done.retrain': 'L’entraînement a commencé',
  'model.done.promote': 'La version {{version}} est le champion',
  'model.done.reject': 'La version {{version}} est rejetée',
  'model.done.rollback': 'La version {{version}} est de nouveau le champion',
};
