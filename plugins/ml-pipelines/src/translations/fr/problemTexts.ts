/** Message and hint of every problem, in French. */
export const problemTexts = {
  'yaml.syntax': {
    message: 'Le YAML ne peut pas être lu : {{detail}}.',
    hint: 'Corrigez-le ligne {{line}}, colonne {{column}}.',
  },
  'yaml.duplicateKey': {
    message: 'La clé « {{key}} » figure deux fois.',
    hint: 'Gardez-en une.',
  },
  'yaml.multipleDocuments': {
    message: 'Le texte contient plus d’un document.',
    hint: 'Retirez tout à partir du second « --- » ; un texte est un pipeline.',
  },
  'yaml.aliases': {
    message: 'Les ancres et alias du texte se multiplient trop.',
    hint: 'Écrivez les parties répétées en entier, ou utilisez moins d’alias.',
  },
  'yaml.tag': {
    message:
      'Un pipeline est fait de données simples, mais cette valeur porte une étiquette : {{detail}}.',
    hint: 'Retirez l’étiquette (le mot qui commence par « ! »).',
  },
  'yaml.tooLarge': {
    message: 'Le texte dépasse {{limit}} caractères.',
    hint: 'Retirez ce qui ne fait pas partie du pipeline.',
  },
  'yaml.tooDeep': {
    message: 'Le texte est imbriqué trop profondément.',
    hint: 'Un pipeline demande une dizaine de niveaux ; vérifiez les accolades et les retraits.',
  },
  'document.type': {
    message:
      'Un pipeline est un objet avec apiVersion, kind, metadata et spec.',
    hint: 'Commencez par « apiVersion: {{supported}} ».',
  },
  'document.apiVersion': {
    message: 'La version « {{version}} » n’est pas prise en charge.',
    hint: 'Écrivez « apiVersion: {{supported}} ».',
  },
  'document.apiVersionMissing': {
    message: 'apiVersion manque.',
    hint: 'Écrivez « apiVersion: {{supported}} ».',
  },
  'document.tooManyProblems': {
    message: 'Il y a {{count}} autres problèmes, qui ne sont pas affichés ici.',
    hint: 'Corrigez ceux qui sont affichés, puis contrôlez à nouveau.',
  },
  'schema.required': {
    message: '« {{field}} » a besoin d’une valeur.',
    hint: 'Saisissez-en une.',
  },
  'schema.unrecognized_keys': {
    message: 'Il n’y a pas de champ « {{field}} » ici.',
    hint: 'Retirez-le, ou utilisez l’un de : {{known}}.',
  },
  'schema.type.text': {
    message: '« {{field}} » doit être du texte.',
    hint: 'Saisissez du texte ; en YAML, mettez les nombres et les oui ou non entre guillemets.',
  },
  'schema.type.number': {
    message: '« {{field}} » doit être un nombre.',
    hint: 'Saisissez un nombre, sans guillemets ni unité.',
  },
  'schema.type.integer': {
    message: '« {{field}} » doit être un nombre entier.',
    hint: 'Saisissez un nombre sans décimales, guillemets ni unité.',
  },
  'schema.type.boolean': {
    message: '« {{field}} » doit être vrai ou faux.',
    hint: 'Saisissez true ou false, sans guillemets.',
  },
  'schema.type.list': {
    message: '« {{field}} » doit être une liste.',
    hint: 'Saisissez une liste ; en YAML, commencez chaque entrée par « - ».',
  },
  'schema.type.object': {
    message: '« {{field}} » doit être un groupe de champs.',
    hint: 'Saisissez des champs et leurs valeurs, comme « nom: valeur ».',
  },
  'schema.type.other': {
    message: 'La valeur de « {{field}} » n’est pas du bon type.',
    hint: 'Saisissez une valeur de type {{expected}}.',
  },
  'schema.too_small': {
    message:
      '« {{field}} » vaut {{value}}, mais doit valoir au moins {{limit}}.',
    hint: 'Saisissez {{limit}} ou plus.',
  },
  'schema.too_small.exclusive': {
    message: '« {{field}} » vaut {{value}}, mais doit dépasser {{limit}}.',
    hint: 'Saisissez plus que {{limit}}.',
  },
  'schema.too_big': {
    message:
      '« {{field}} » vaut {{value}}, mais doit valoir au plus {{limit}}.',
    hint: 'Saisissez {{limit}} ou moins.',
  },
  'schema.too_big.exclusive': {
    message: '« {{field}} » vaut {{value}}, mais doit rester sous {{limit}}.',
    hint: 'Saisissez moins que {{limit}}.',
  },
  'schema.empty': {
    message: '« {{field}} » ne peut pas être vide.',
    hint: 'Saisissez une valeur, ou retirez le champ s’il est facultatif.',
  },
  'schema.too_short': {
    message: '« {{field}} » doit avoir au moins {{limit}} caractères.',
    hint: 'Saisissez un texte plus long.',
  },
  'schema.too_long': {
    message: '« {{field}} » peut avoir au plus {{limit}} caractères.',
    hint: 'Raccourcissez-le.',
  },
  'schema.too_few': {
    message: '« {{field}} » demande plus d’entrées : au moins {{limit}}.',
    hint: 'Ajoutez des entrées.',
  },
  'schema.too_many': {
    message: '« {{field}} » peut avoir au plus {{limit}} entrées.',
    hint: 'Retirez des entrées.',
  },
  'schema.not_multiple_of': {
    message:
      '« {{field}} » vaut {{value}}, mais doit être un multiple de {{divisor}}.',
    hint: 'Saisissez un multiple de {{divisor}}.',
  },
  'schema.invalid_value': {
    message: '« {{field}} » ne peut pas être « {{value}} ».',
    hint: 'Choisissez parmi : {{known}}.',
  },
  'schema.invalid_union': {
    message: '« {{field}} » ne correspond à aucune des formes permises.',
    hint: 'Saisissez l’un de : {{expected}}.',
  },
  'schema.invalid_format': {
    message: '« {{field}} » n’a pas la bonne forme.',
    hint: '{{detail}}.',
  },
  'schema.custom': {
    message: '« {{field}} » n’est pas correct.',
    hint: '{{detail}}.',
  },
  'schema.format.name': {
    message: '« {{value}} » ne peut pas être un nom.',
    hint: 'Utilisez des lettres minuscules, des chiffres et des tirets ; commencez par une lettre, finissez par une lettre ou un chiffre.',
  },
  'schema.format.resourceName': {
    message: '« {{value}} » ne peut pas être un nom.',
    hint: 'Utilisez des lettres minuscules, des chiffres et des tirets ; commencez et finissez par une lettre ou un chiffre.',
  },
  'schema.format.environmentName': {
    message:
      '« {{value}} » ne peut pas être le nom d’une variable d’environnement.',
    hint: 'Utilisez des lettres, des chiffres et des tirets bas ; ne commencez pas par un chiffre.',
  },
  'schema.format.entityRef': {
    message: '« {{value}} » n’est pas une référence d’entité complète.',
    hint: 'Écrivez le genre, l’espace de noms et le nom, comme group:default/security.',
  },
  'schema.format.portRef': {
    message: '« {{value}} » ne désigne pas le port d’un nœud.',
    hint: 'Écrivez l’identifiant du nœud, un point et le nom du port, comme logs.events.',
  },
  'schema.format.tag': {
    message: '« {{value}} » ne peut pas être une étiquette.',
    hint: 'Utilisez des lettres minuscules, des chiffres, « : », « + » et « # », séparés par des tirets simples.',
  },
  'schema.format.absoluteFile': {
    message: '« {{value}} » n’est pas le chemin absolu d’un fichier.',
    hint: 'Commencez par « / » et finissez par le nom du fichier, comme /var/log/auth.log.',
  },
  'schema.format.ipAddress': {
    message: '« {{value}} » n’est pas une adresse IP.',
    hint: 'Écrivez une adresse comme 127.0.0.1 ou ::1 ; 0.0.0.0 désigne toutes les adresses de la machine.',
  },
  'schema.format.cidr': {
    message: '« {{value}} » n’est ni une adresse ni un réseau.',
    hint: 'Écrivez un réseau comme 10.0.0.0/8, ou une adresse comme 192.0.2.7.',
  },
  'schema.format.bootstrapServers': {
    message: '« {{value}} » ne désigne pas de courtiers.',
    hint: 'Écrivez hôte:port ; séparez-en plusieurs par des virgules sans espaces, comme kafka-1:9092,kafka-2:9092.',
  },
  'schema.format.kafkaName': {
    message: '« {{value}} » ne peut pas être un nom dans Kafka.',
    hint: 'Utilisez des lettres, des chiffres, des points, des traits bas et des tirets.',
  },
  'text.controlCharacters': {
    message: '« {{field}} » contient un caractère invisible ({{character}}).',
    hint: 'Effacez-le et saisissez à nouveau le texte ; il vient souvent d’un texte copié.',
  },
  'node.unknownType': {
    message: 'Il n’existe pas de type de nœud « {{type}} ».',
    hint: 'Choisissez parmi : {{known}}.',
  },
  'node.openInput': {
    message: 'L’entrée « {{port}} » de « {{node}} » n’est pas reliée.',
    hint: 'Reliez une sortie qui donne {{type}}.',
  },
  'node.unreachable': {
    message: '« {{node}} » ne mène nulle part : rien ne lit sa sortie.',
    hint: 'Reliez-le sur le chemin du déploiement, ou retirez-le.',
  },
  'node.needsGpu': {
    message: '« {{title}} » a besoin d’un GPU.',
    hint: 'Demandez-en un dans les ressources.',
  },
  'node.sameFile': {
    message: '« {{node}} » lit le même fichier que « {{other}} » : {{file}}.',
    hint: 'Gardez l’un des deux ou corrigez le chemin ; chaque événement compterait double.',
  },
  'parameters.samplesAboveTrainingEvents': {
    message:
      'Chaque arbre doit voir {{samples}} événements, mais il n’est appris que de {{trainingEvents}}.',
    hint: 'Abaissez « samples » à {{trainingEvents}} ou moins, ou augmentez « trainingEvents ».',
  },
  'parameters.neededForSasl': {
    message:
      'La sécurité {{security}} demande une connexion, mais ce champ est vide.',
    hint: 'Saisissez le nom d’utilisateur, et la variable qu’un secret du pipeline remplit avec le mot de passe.',
  },
  'parameters.unknownColumn': {
    message: 'Il n’y a pas de colonne « {{column}} ».',
    hint: 'Choisissez-en une parmi : {{columns}}.',
  },
  'edge.unknownNode': {
    message: 'Il n’existe pas de nœud « {{id}} ».',
    hint: 'Reliez à l’un de : {{known}}.',
  },
  'edge.unknownOutput': {
    message: '« {{title}} » n’a pas de sortie « {{port}} ».',
    hint: 'Ses sorties : {{known}}.',
  },
  'edge.unknownInput': {
    message: '« {{title}} » n’a pas d’entrée « {{port}} ».',
    hint: 'Ses entrées : {{known}}.',
  },
  'edge.portMismatch': {
    message:
      '« {{from}} » donne {{fromType}}, mais « {{to}} » a besoin de {{toType}}.',
    hint: 'Placez entre eux un nœud qui transforme {{fromType}} en {{toType}}, ou reliez une autre sortie.',
  },
  'edge.inputTaken': {
    message: 'L’entrée « {{port}} » est reliée deux fois.',
    hint: 'Retirez l’une des liaisons.',
  },
  'graph.duplicateId': {
    message: 'Deux nœuds ont l’identifiant « {{id}} ».',
    hint: 'Donnez à chaque nœud son propre identifiant.',
  },
  'graph.cycle': {
    message: 'Les liaisons forment un cercle : {{circle}}.',
    hint: 'Retirez une liaison du cercle.',
  },
  'graph.missing.source': {
    message: 'Le pipeline n’a pas de source de données.',
    hint: 'Ajoutez-en une : {{known}}.',
  },
  'graph.missing.model': {
    message: 'Le pipeline n’a pas de modèle.',
    hint: 'Ajoutez-en un : {{known}}.',
  },
  'graph.missing.deploy': {
    message: 'Le pipeline n’a pas de nœud de déploiement.',
    hint: 'Ajoutez-en un : {{known}}.',
  },
  'graph.manyDeployments': {
    message:
      'Un pipeline a un seul nœud de déploiement ; « {{node}} » est de trop.',
    hint: 'Retirez-le, ou faites-en un second pipeline.',
  },
  'target.unknown': {
    message: 'Il n’existe pas de cible « {{target}} ».',
    hint: 'Choisissez parmi : {{known}}.',
  },
  'target.none': {
    message:
      'Il n’existe pas de cible « {{target}} » ; aucune cible n’est enregistrée.',
    hint: 'Demandez à un administrateur d’en enregistrer une.',
  },
  'target.hostFiles': {
    message:
      '« {{title}} » lit un fichier de sa machine, ce que la cible « {{target}} » ne permet pas.',
    hint: 'Envoyez plutôt les événements, par HTTP, syslog ou Kafka ; pour le fichier d’un traitement par lots, laissez son chemin vide et déposez-le à chaque exécution ; ou choisissez une autre cible.',
  },
  'target.mode': {
    message: 'La cible « {{target}} » ne peut pas exécuter « {{title}} ».',
    hint: 'Choisissez une autre cible ou un autre nœud de déploiement.',
  },
  'compute.noGpu': {
    message: 'La cible « {{target}} » n’a pas de GPU.',
    hint: 'Retirez « gpu » des ressources, ou choisissez une cible qui en a un.',
  },
  'compute.gpu': {
    message:
      '« gpu.count » vaut {{wanted}}, mais la cible « {{target}} » donne au plus {{limit}}.',
    hint: 'Demandez {{limit}} ou moins, ou choisissez une cible plus grande.',
  },
  'compute.cpu': {
    message:
      '« cpu » vaut {{wanted}}, mais la cible « {{target}} » donne au plus {{limit}} cœurs.',
    hint: 'Demandez {{limit}} ou moins, ou choisissez une cible plus grande.',
  },
  'compute.memory': {
    message:
      '« memoryMiB » vaut {{wanted}}, mais la cible « {{target}} » donne au plus {{limit}} Mio.',
    hint: 'Demandez {{limit}} ou moins, ou choisissez une cible plus grande.',
  },
  'compute.replicas': {
    message:
      '« replicas » vaut {{wanted}}, mais la cible « {{target}} » en exécute au plus {{limit}}.',
    hint: 'Demandez {{limit}} ou moins, ou choisissez une cible plus grande.',
  },
  'compute.autoscaling': {
    message:
      'La cible « {{target}} » n’adapte pas le nombre de réplicas à la charge.',
    hint: 'Retirez « autoscaling » des ressources et fixez « replicas », ou choisissez une autre cible.',
  },
  'compute.autoscalingMode': {
    message:
      '« {{title}} » ne répond à aucune requête : aucune charge ne demande plus de réplicas.',
    hint: 'Retirez « autoscaling » des ressources.',
  },
  'compute.autoscalingBelow': {
    message:
      '« autoscaling.maxReplicas » vaut {{wanted}}, mais « replicas » en demande au moins {{replicas}}.',
    hint: 'Entrez {{replicas}} ou plus, ou diminuez « replicas ».',
  },
  'compute.autoscalingAbove': {
    message:
      '« autoscaling.maxReplicas » vaut {{wanted}}, mais la cible « {{target}} » en exécute au plus {{limit}}.',
    hint: 'Entrez {{limit}} ou moins, ou choisissez une cible plus grande.',
  },
  'compute.noWorkers': {
    message:
      '« workers » vaut {{wanted}}, mais la cible « {{target}} » ne partage aucune exécution entre des workers.',
    hint: 'Retirez « workers » des ressources, ou choisissez une autre cible.',
  },
  'compute.workers': {
    message:
      '« workers » vaut {{wanted}}, mais sur la cible « {{target}} » au plus {{limit}} partagent une exécution.',
    hint: 'Demandez {{limit}} ou moins, ou choisissez une cible plus grande.',
  },
  'compute.streamReplicas': {
    message:
      '« {{title}} » lit sa source en un seul endroit, mais {{wanted}} réplicas sont demandés.',
    hint: 'Mettez « replicas » à 1.',
  },
  'secret.unknown': {
    message: 'Il n’existe pas de secret « {{secret}} ».',
    hint: 'Ajoutez-le sous Secrets, ou corrigez le nom.',
  },
  'environment.reserved': {
    message: 'La plateforme définit elle-même « {{name}} ».',
    hint: 'Choisissez un autre nom ; sont réservés {{reserved}}.',
  },
  'environment.duplicate': {
    message: 'La variable d’environnement « {{name}} » est définie deux fois.',
    hint: 'Retirez ou renommez l’une des deux ; les secrets comptent aussi.',
  },
  'environment.looksSecret': {
    message:
      '« {{name}} » ressemble à un secret, mais sa valeur est lisible dans le pipeline.',
    hint: 'Enregistrez la valeur sous Secrets, et désignez-la par son nom.',
  },
  'alert.duplicate': {
    message: 'Deux alertes portent le nom « {{name}} ».',
    hint: 'Renommez ou retirez l’une des deux.',
  },
  'alert.metricNotProduced': {
    message:
      'L’alerte « {{name}} » surveille « {{metric}} », ce qui demande un nœud de type {{category}}.',
    hint: 'Ajoutez un tel nœud, ou surveillez une autre mesure.',
  },
  'alert.neverFires': {
    message:
      'L’alerte « {{name}} » ne peut jamais se déclencher : « {{metric}} » n’est jamais {{operator}} {{threshold}}.',
    hint: 'Choisissez un autre seuil.',
  },
  'schedule.timezone': {
    message: 'Il n’existe pas de fuseau horaire « {{timezone}} ».',
    hint: 'Utilisez un nom IANA comme Europe/Paris ou UTC.',
  },
  'schedule.cron': {
    message: '« {{cron}} » n’est pas un calendrier.',
    hint: 'Écrivez cinq champs : minute, heure, jour du mois, mois, jour de la semaine ; « 0 3 * * * » signifie 03 h 00 chaque jour.',
  },
  'schedule.never': {
    message: 'Le calendrier « {{cron}} » ne se produit jamais.',
    hint: 'Choisissez un jour qui existe.',
  },
  'source.endless': {
    message:
      '« {{title}} » lit sa source jusqu’au bout, mais « {{source}} » ne finit jamais.',
    hint: 'Choisissez une source qui est un fichier, ou un déploiement qui suit un flux.',
  },
  'source.noFile': {
    message:
      '« {{node}} » ne désigne aucun fichier, et « {{title}} » n’a pas d’exécutions qui en apporteraient un.',
    hint: 'Entrez le chemin d’un fichier, ou choisissez un déploiement qui évalue un fichier.',
  },
  'schedule.noFile': {
    message:
      'Les exécutions planifiées n’ont pas de fichier : « {{node}} » en attend un, déposé à chaque exécution.',
    hint: 'Entrez-y le chemin d’un fichier, ou retirez la planification et démarrez les exécutions à la main.',
  },
  'schedule.unused': {
    message:
      '« {{title}} » tourne tout le temps, si bien que le calendrier est sans effet.',
    hint: 'Retirez le calendrier.',
  },
};
