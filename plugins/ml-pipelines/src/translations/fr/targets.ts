/** Page d’une cible, en français. */
export const targets = {
  'targets.intro':
    'Les pipelines tournent sur ces cibles. Un formulaire enregistre un cluster.',
  'targets.register': 'Enregistrer un cluster',
  'target.back': 'Toutes les cibles',
  'target.loadError': 'La cible n’a pas pu être chargée',
  'target.since': 'depuis {{time}}',
  'target.checked': 'regardée {{time}}',
  'target.dead':
    'Ce qui est connu sans elle reste utilisable ici ; elle est réessayée en permanence.',
  'target.readOnly':
    'Cette cible vient de la configuration du portail (mlPipelines.targets) et s’y modifie.',
  'target.facts': 'Ce qu’elle est',
  'target.fact.address': 'Serveur d’API',
  'target.fact.version': 'Version',
  'target.fact.capacity': 'Capacité',
  'target.fact.capacity.value': '{{nodes}} nœuds, {{cpu}} CPU, {{memory}}',
  'target.fact.gpus': 'GPU',
  'target.fact.storage': 'Classes de stockage',
  'target.fact.storage.default': '{{name}} (par défaut)',
  'target.fact.namespace': 'Espace de noms',
  'target.fact.exposure': 'Points d’accès joints par',
  'target.fact.concurrency': 'Déploiements simultanés',
  'target.fact.catalog': 'Dans le catalogue',
  'target.checks': 'Vérifications',
  'target.checks.again': 'Vérifier à nouveau',
  'target.checks.when': 'Regardée {{time}}',
  'target.checks.error': 'La cible n’a pas pu être vérifiée',
  'target.pipelines': 'Pipelines sur cette cible',
  'target.pipelines.none': 'Aucun pipeline sur cette cible',
  'target.credentials': 'Identifiants',
  'target.credentials.none': 'Aucun n’est enregistré.',
  'target.credentials.version': 'Version',
  'target.credentials.by': 'Enregistrés par',
  'target.credentials.when': 'Enregistrés',
  'target.credentials.until': 'Valables jusqu’au',
  'target.credentials.ends':
    'Les identifiants expirent le {{time}}. Renouvelez-les avant.',
  'target.credentials.ended':
    'Les identifiants ont expiré le {{time}}. Renouvelez-les.',
  'target.credentials.text':
    'Ils sont chiffrés et peuvent être remplacés, jamais lus.',
  'target.credentials.rotate': 'Renouveler les identifiants',
  'target.credentials.rotate.title': 'Renouveler les identifiants de {{name}}',
  'target.credentials.rotate.text':
    'Les nouveaux sont d’abord vérifiés. S’ils fonctionnent, ils remplacent les anciens ; ce qui tourne continue.',
  'target.credentials.rotate.confirm': 'Vérifier et enregistrer',
  'target.credentials.kind': 'Ce que vous avez',
  'target.credentials.single': 'Jeton ou certificat',
  'target.credentials.stored':
    'Les identifiants sont enregistrés (version {{version}})',
  'target.edit': 'Modifier',
  'target.edit.title': 'Modifier {{name}}',
  'target.edit.name': 'Titre',
  'target.edit.description': 'Description',
  'target.edit.owner.hint':
    'Référence d’entité, par exemple group:default/platform.',
  'target.edit.approval': 'Les déploiements attendent une approbation',
  'target.edit.free': 'Sans approbation jusqu’à ce coût par heure',
  'target.edit.config': 'Configuration',
  'target.edit.config.hint':
    'En YAML. Ce qui ne doit pas changer tant que des pipelines sont sur la cible est refusé avec la raison.',
  'target.edit.config.invalid': 'Ce n’est pas un objet YAML.',
  'target.remove': 'Retirer',
  'target.remove.title': 'Retirer {{name}} ?',
  'target.remove.hits_one':
    '{{count}} pipeline y est déployé. Retirez-le ou déplacez-le d’abord :',
  'target.remove.hits_other':
    '{{count}} pipelines y sont déployés. Retirez-les ou déplacez-les d’abord :',
  'target.remove.free': 'Aucun pipeline n’y est déployé.',
  'target.remove.namespace':
    'L’espace de noms {{namespace}} est aussi supprimé si le portail l’a créé, avec tout son contenu.',
  'target.remove.rest':
    'Ses identifiants enregistrés sont supprimés et elle quitte le catalogue. Le cluster lui-même reste.',
  'target.remove.done': 'La cible {{name}} est retirée',
  'target.forget': 'Oublier',
  'target.forget.choice':
    'Elle n’existe plus : oublier la cible sans y toucher',
  'target.forget.title': 'Le portail n’y supprime rien',
  'target.forget.namespace':
    'Si le cluster existe encore, l’espace de noms {{namespace}} y reste avec tout son contenu : pods qui peuvent continuer à tourner et à coûter, volumes, secrets. Le portail ne les connaît plus ; seul un administrateur du cluster peut les supprimer et révoquer les identifiants du portail.',
  'target.forget.rest':
    'Si elle existe encore, tout ce que le portail y a créé reste : ce qui peut continuer à tourner et à coûter, données, secrets. Le portail ne le connaît plus ; seul un administrateur sur place peut le supprimer et révoquer les identifiants du portail.',
  'target.forget.done':
    'La cible {{name}} est oubliée ; ce qui s’y trouvait n’a pas été touché',
};
