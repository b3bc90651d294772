/** Node types, their parameters and alert metrics in French; keys follow from the catalogue. */
export const catalogue: Record<string, string> = {
  'node.log-file-tail.title': 'Fichier journal (suivi)',
  'node.log-file-tail.description':
    'Suit un fichier journal de la machine qui exécute le pipeline, à travers rotation et troncature, et reprend où il en était après un redémarrage.',
  'node.log-file-tail.parameter.path.title': 'Fichier',
  'node.log-file-tail.parameter.path.description':
    'Chemin absolu du fichier journal, comme /var/log/auth.log.',
  'node.log-file-tail.parameter.startAt.title': 'Commencer à',
  'node.log-file-tail.parameter.startAt.description':
    'Où commencer la première fois : au début, il apprend de ce qui s’y trouve déjà.',
  'node.log-file-tail.parameter.startAt.option.beginning': 'Début du fichier',
  'node.log-file-tail.parameter.startAt.option.end': 'Fin du fichier',
  'node.log-file-tail.parameter.encoding.title': 'Encodage',
  'node.log-file-tail.parameter.encoding.description':
    'Les octets qui ne conviennent pas sont remplacés, jamais fatals.',
  'node.log-file-tail.parameter.encoding.option.utf-8': 'UTF-8',
  'node.log-file-tail.parameter.encoding.option.latin-1': 'Latin-1',
  'node.log-file-tail.parameter.pollIntervalMs.title':
    'Intervalle de scrutation',
  'node.log-file-tail.parameter.pollIntervalMs.description':
    'À quelle fréquence chercher de nouvelles lignes.',
  'node.log-file-tail.parameter.pollIntervalMs.unit': 'ms',

  'node.http-push.title': 'Envoi par HTTP',
  'node.http-push.description':
    'Accepte des lignes de journal que d’autres systèmes envoient par POST à /events, et les confirme une fois écrites sur le disque.',
  'node.http-push.parameter.maxEventsPerRequest.title':
    'Événements par requête',
  'node.http-push.parameter.maxEventsPerRequest.description':
    'Une requête plus grande est refusée en entier.',
  'node.http-push.parameter.maxBodyMiB.title': 'Taille de requête',
  'node.http-push.parameter.maxBodyMiB.description':
    'Une requête plus grande est refusée en entier.',
  'node.http-push.parameter.maxBodyMiB.unit': 'Mio',

  'node.syslog.title': 'Syslog',
  'node.syslog.description':
    'Reçoit les messages que des équipements et des démons envoient par syslog, en UDP ou en TCP. Ils comptent comme reçus une fois écrits sur le disque ; syslog n’a pas d’accusé de réception, donc ce qui se perd en route est compté autant qu’on peut le savoir.',
  'node.syslog.parameter.protocol.title': 'Protocole',
  'node.syslog.parameter.protocol.description':
    'TCP perd moins qu’UDP ; les deux écoutent sur le même numéro de port.',
  'node.syslog.parameter.protocol.option.udp': 'UDP',
  'node.syslog.parameter.protocol.option.tcp': 'TCP',
  'node.syslog.parameter.protocol.option.both': 'UDP et TCP',
  'node.syslog.parameter.port.title': 'Port',
  'node.syslog.parameter.port.description':
    'Où écouter ; les ports inférieurs à 1024 demandent des droits qu’un pipeline a rarement.',
  'node.syslog.parameter.host.title': 'Adresse',
  'node.syslog.parameter.host.description':
    'Adresse de cette machine où écouter ; 0.0.0.0 les désigne toutes, 127.0.0.1 seulement les programmes de cette machine.',
  'node.syslog.parameter.allowedSources.title': 'Expéditeurs admis',
  'node.syslog.parameter.allowedSources.description':
    'Réseaux dont les messages sont acceptés, comme 10.0.0.0/8 ; ceux des autres sont refusés et comptés.',
  'node.syslog.parameter.framing.title': 'Découpage en TCP',
  'node.syslog.parameter.framing.description':
    'Comment les messages d’une connexion sont séparés (RFC 6587) ; automatique regarde comment chacun commence.',
  'node.syslog.parameter.framing.option.auto': 'Automatique',
  'node.syslog.parameter.framing.option.newline': 'Fin de ligne',
  'node.syslog.parameter.framing.option.octet-counting': 'Longueur en tête',
  'node.syslog.parameter.maxMessageKiB.title': 'Taille de message',
  'node.syslog.parameter.maxMessageKiB.description':
    'Les messages plus longs sont coupés, et montrés comme exemples.',
  'node.syslog.parameter.maxMessageKiB.unit': 'Kio',

  'node.kafka.title': 'Sujet Kafka',
  'node.kafka.description':
    'Lit toutes les partitions d’un sujet Kafka. Le pipeline garde les positions avec ses compteurs, pour que chaque message compte une seule fois, même après une panne.',
  'node.kafka.parameter.bootstrapServers.title': 'Serveurs d’amorçage',
  'node.kafka.parameter.bootstrapServers.description':
    'Un ou plusieurs courtiers sous la forme hôte:port, séparés par des virgules, comme kafka-1:9092,kafka-2:9092.',
  'node.kafka.parameter.topic.title': 'Sujet',
  'node.kafka.parameter.topic.description':
    'Le sujet à lire ; rien n’y est jamais écrit.',
  'node.kafka.parameter.startAt.title': 'Commencer à',
  'node.kafka.parameter.startAt.description':
    'Où commencer la première fois : au début, il apprend de ce que le sujet contient encore.',
  'node.kafka.parameter.startAt.option.beginning': 'Début du sujet',
  'node.kafka.parameter.startAt.option.end': 'Fin du sujet',
  'node.kafka.parameter.group.title': 'Groupe de consommateurs',
  'node.kafka.parameter.group.description':
    'Nom que les courtiers voient et que des règles d’accès peuvent utiliser ; les positions n’y sont pas gardées.',
  'node.kafka.parameter.security.title': 'Sécurité',
  'node.kafka.parameter.security.description':
    'Si la liaison est chiffrée, et demande une connexion.',
  'node.kafka.parameter.security.option.PLAINTEXT': 'Aucune',
  'node.kafka.parameter.security.option.SSL': 'TLS',
  'node.kafka.parameter.security.option.SASL_PLAINTEXT':
    'Connexion, sans chiffrement',
  'node.kafka.parameter.security.option.SASL_SSL': 'Connexion et TLS',
  'node.kafka.parameter.mechanism.title': 'Mécanisme de connexion',
  'node.kafka.parameter.mechanism.description':
    'Comment la connexion est prouvée ; seulement avec SASL.',
  'node.kafka.parameter.mechanism.option.PLAIN': 'PLAIN',
  'node.kafka.parameter.mechanism.option.SCRAM-SHA-256': 'SCRAM-SHA-256',
  'node.kafka.parameter.mechanism.option.SCRAM-SHA-512': 'SCRAM-SHA-512',
  'node.kafka.parameter.username.title': 'Nom d’utilisateur',
  'node.kafka.parameter.username.description': 'Seulement avec SASL.',
  'node.kafka.parameter.passwordVariable.title': 'Variable du mot de passe',
  'node.kafka.parameter.passwordVariable.description':
    'Nom de la variable d’environnement qu’un secret du pipeline remplit ; jamais le mot de passe lui-même.',
  'node.kafka.parameter.caVariable.title':
    'Variable de l’autorité de certification',
  'node.kafka.parameter.caVariable.description':
    'Nom de la variable d’environnement qui contient l’autorité de certification en PEM ; vide : celles de la machine.',

  'node.csv-file.title': 'Fichier CSV',
  'node.csv-file.description':
    'Lit les lignes d’un fichier CSV de la machine qui exécute le pipeline, puis celles qui y sont ajoutées.',
  'node.csv-file.parameter.path.title': 'Fichier',
  'node.csv-file.parameter.path.description':
    'Chemin absolu du fichier, comme /srv/data/requests.csv ; vide : un fichier est déposé à chaque exécution.',
  'node.csv-file.parameter.delimiter.title': 'Séparateur',
  'node.csv-file.parameter.delimiter.description':
    'Ce qui sépare les colonnes.',
  'node.csv-file.parameter.delimiter.option.comma': 'Virgule',
  'node.csv-file.parameter.delimiter.option.semicolon': 'Point-virgule',
  'node.csv-file.parameter.delimiter.option.tab': 'Tabulation',
  'node.csv-file.parameter.delimiter.option.pipe': 'Barre verticale',
  'node.csv-file.parameter.header.title':
    'La première ligne nomme les colonnes',
  'node.csv-file.parameter.header.description':
    'Sinon les colonnes sont nommées ci-dessous, ou numérotées.',
  'node.csv-file.parameter.columns.title': 'Noms des colonnes',
  'node.csv-file.parameter.columns.description':
    'Dans leur ordre, pour un fichier sans ligne de noms ; vide : column1, column2, etc.',
  'node.csv-file.parameter.textColumn.title': 'Colonne du texte',
  'node.csv-file.parameter.textColumn.description':
    'De quoi les événements sont faits ; vide : toutes les colonnes ensemble, en JSON.',
  'node.csv-file.parameter.timeColumn.title': 'Colonne de l’heure',
  'node.csv-file.parameter.timeColumn.description':
    'Quand chaque événement a eu lieu ; vide : cherché dans le texte.',
  'node.csv-file.parameter.idColumn.title': 'Colonne de l’identifiant',
  'node.csv-file.parameter.idColumn.description':
    'Nomme chaque ligne là où elle réapparaît, comme dans un fichier de scores ; vide : aucun.',
  'node.csv-file.parameter.encoding.title': 'Encodage',
  'node.csv-file.parameter.encoding.description':
    'Les octets qui ne conviennent pas sont remplacés, jamais fatals.',
  'node.csv-file.parameter.encoding.option.utf-8': 'UTF-8',
  'node.csv-file.parameter.encoding.option.latin-1': 'Latin-1',
  'node.csv-file.parameter.encoding.option.windows-1252': 'Windows-1252',
  'node.csv-file.parameter.pollIntervalMs.title': 'Intervalle de scrutation',
  'node.csv-file.parameter.pollIntervalMs.description':
    'À quelle fréquence chercher de nouvelles lignes.',
  'node.csv-file.parameter.pollIntervalMs.unit': 'ms',

  'node.log-features.title': 'Lecture des journaux et variables',
  'node.log-features.description':
    'Lit les lignes syslog, sshd, journaux d’accès et JSON sans motif à écrire, et calcule des variables : contenu, rareté du message, débits par source, heure.',
  'node.log-features.parameter.windowSeconds.title': 'Fenêtre',
  'node.log-features.parameter.windowSeconds.description':
    'Sur quelle durée les débits et les échecs par source sont comptés.',
  'node.log-features.parameter.windowSeconds.unit': 's',
  'node.log-features.parameter.groups.title': 'Variables',
  'node.log-features.parameter.groups.description':
    'Quels groupes de variables sont calculés.',
  'node.log-features.parameter.groups.option.content': 'Contenu de la ligne',
  'node.log-features.parameter.groups.option.rarity': 'Rareté du message',
  'node.log-features.parameter.groups.option.rate': 'Débits par source',
  'node.log-features.parameter.groups.option.time': 'Heure de la journée',
  'node.log-features.parameter.maxLineLength.title': 'Longueur de ligne',
  'node.log-features.parameter.maxLineLength.description':
    'Les lignes plus longues sont coupées.',
  'node.log-features.parameter.maxLineLength.unit': 'caractères',

  'node.normalisation.title': 'Normalisation',
  'node.normalisation.description':
    'Ramène toutes les variables à une même échelle, apprise des événements d’entraînement.',
  'node.normalisation.parameter.method.title': 'Méthode',
  'node.normalisation.parameter.method.description':
    'La méthode robuste utilise la médiane et les quartiles, pour que quelques lignes extrêmes ne décident pas de l’échelle.',
  'node.normalisation.parameter.method.option.standard':
    'Standard (moyenne et écart type)',
  'node.normalisation.parameter.method.option.robust':
    'Robuste (médiane et quartiles)',
  'node.normalisation.parameter.method.option.minmax': 'Minimum à maximum',
  'node.normalisation.parameter.method.option.none': 'Aucune',
  'node.normalisation.parameter.clip.title': 'Écrêtage',
  'node.normalisation.parameter.clip.description':
    'Les valeurs normalisées au-delà sont coupées.',

  'node.isolation-forest.title': 'Forêt d’isolement',
  'node.isolation-forest.description':
    'Apprend ce qui est habituel sans étiquettes et donne à chaque événement un score : plus il est élevé, plus l’événement est anormal.',
  'node.isolation-forest.parameter.contamination.title':
    'Part d’anomalies attendue',
  'node.isolation-forest.parameter.contamination.description':
    'Entre 0 et 0,5 ; décide du seuil si aucun n’est donné.',
  'node.isolation-forest.parameter.trees.title': 'Arbres',
  'node.isolation-forest.parameter.trees.description':
    'Plus d’arbres donnent des scores plus stables et coûtent du temps.',
  'node.isolation-forest.parameter.samples.title': 'Échantillons par arbre',
  'node.isolation-forest.parameter.samples.description':
    'Combien d’événements d’entraînement chaque arbre voit.',
  'node.isolation-forest.parameter.seed.title': 'Graine',
  'node.isolation-forest.parameter.seed.description':
    'La même graine et les mêmes données donnent le même modèle.',
  'node.isolation-forest.parameter.threshold.title': 'Seuil',
  'node.isolation-forest.parameter.threshold.description':
    'Score à partir duquel un événement est une anomalie ; vide : d’après la part attendue.',
  'node.isolation-forest.parameter.trainingEvents.title':
    'Événements d’entraînement',
  'node.isolation-forest.parameter.trainingEvents.description':
    'De combien d’événements apprendre avant de commencer à noter.',
  'node.isolation-forest.parameter.learning.title': 'Apprentissage',
  'node.isolation-forest.parameter.learning.description':
    'Une fois : le modèle reste tel qu’il a été entraîné. Continu : il est réentraîné sur les événements récents, et remplacé quand le nouveau fait ses preuves.',
  'node.isolation-forest.parameter.learning.option.once': 'Une fois',
  'node.isolation-forest.parameter.learning.option.continuous': 'Continu',
  'node.isolation-forest.parameter.windowEvents.title':
    'Fenêtre d’entraînement',
  'node.isolation-forest.parameter.windowEvents.description':
    'De combien des derniers événements un réentraînement apprend.',
  'node.isolation-forest.parameter.windowEvents.unit': 'événements',
  'node.isolation-forest.parameter.retrainEveryMinutes.title':
    'Réentraîner toutes les',
  'node.isolation-forest.parameter.retrainEveryMinutes.description':
    'Temps maximal entre deux entraînements ; vide : seulement quand les données dérivent ou sur demande.',
  'node.isolation-forest.parameter.retrainEveryMinutes.unit': 'min',
  'node.isolation-forest.parameter.driftThreshold.title': 'Seuil de dérive',
  'node.isolation-forest.parameter.driftThreshold.description':
    'Indice de stabilité de la population à partir duquel un réentraînement commence : sous 0,1 rien n’a bougé, au-dessus de 0,25 beaucoup.',
  'node.isolation-forest.parameter.shadowEvents.title':
    'Événements dans l’ombre',
  'node.isolation-forest.parameter.shadowEvents.description':
    'Combien d’événements un nouveau modèle note à côté du modèle actuel avant de pouvoir le remplacer.',
  'node.isolation-forest.parameter.shadowEvents.unit': 'événements',
  'node.isolation-forest.parameter.promotion.title': 'Promotion',
  'node.isolation-forest.parameter.promotion.description':
    'Si un nouveau modèle qui a passé tous les contrôles prend la place de lui-même, ou attend une personne.',
  'node.isolation-forest.parameter.promotion.option.automatic': 'Automatique',
  'node.isolation-forest.parameter.promotion.option.manual': 'Manuelle',
  'node.isolation-forest.parameter.rollbackOnAlerts.title':
    'Retirer en cas d’alertes',
  'node.isolation-forest.parameter.rollbackOnAlerts.description':
    'Si un nouveau modèle est retiré quand des alertes se déclenchent peu après sa promotion.',
  'node.isolation-forest.parameter.rollbackWindowMinutes.title':
    'Surveillance après promotion',
  'node.isolation-forest.parameter.rollbackWindowMinutes.description':
    'Pendant combien de temps des alertes peuvent faire retirer un nouveau modèle.',
  'node.isolation-forest.parameter.rollbackWindowMinutes.unit': 'min',

  'node.api-endpoint.title': 'Point d’accès API',
  'node.api-endpoint.description':
    'Apprend de la source, puis répond aux requêtes par des scores (Open Inference Protocol v2).',
  'node.api-endpoint.parameter.authentication.title': 'Accès',
  'node.api-endpoint.parameter.authentication.description':
    'Si les appelants ont besoin de la clé d’API du pipeline.',
  'node.api-endpoint.parameter.authentication.option.api-key': 'Clé d’API',
  'node.api-endpoint.parameter.authentication.option.none': 'Aucun contrôle',
  'node.api-endpoint.parameter.rateLimitPerMinute.title': 'Limite de débit',
  'node.api-endpoint.parameter.rateLimitPerMinute.description':
    'Requêtes par minute ; au-delà, la réponse est 429.',
  'node.api-endpoint.parameter.rateLimitPerMinute.unit': '/min',
  'node.api-endpoint.parameter.port.title': 'Port',
  'node.api-endpoint.parameter.port.description':
    'Vide : la cible en choisit un libre.',
  'node.api-endpoint.parameter.maxBatchSize.title': 'Taille de lot',
  'node.api-endpoint.parameter.maxBatchSize.description':
    'Les requêtes qui arrivent ensemble sont notées ensemble, jusqu’à ce nombre de lignes.',
  'node.api-endpoint.parameter.maxBatchWaitMs.title': 'Attente de lot',
  'node.api-endpoint.parameter.maxBatchWaitMs.description':
    'Combien de temps un point d’accès occupé attend pour remplir un lot.',
  'node.api-endpoint.parameter.maxBatchWaitMs.unit': 'ms',

  'node.stream-alerting.title': 'Flux avec alertes',
  'node.stream-alerting.description':
    'Note chaque événement de la source à son arrivée, enregistre les anomalies avec leurs raisons et lève les alertes du pipeline.',
  'node.stream-alerting.parameter.authentication.title': 'Accès',
  'node.stream-alerting.parameter.authentication.description':
    'Si les appelants ont besoin de la clé d’API du pipeline.',
  'node.stream-alerting.parameter.authentication.option.api-key': 'Clé d’API',
  'node.stream-alerting.parameter.authentication.option.none': 'Aucun contrôle',
  'node.stream-alerting.parameter.rateLimitPerMinute.title': 'Limite de débit',
  'node.stream-alerting.parameter.rateLimitPerMinute.description':
    'Requêtes par minute ; au-delà, la réponse est 429.',
  'node.stream-alerting.parameter.rateLimitPerMinute.unit': '/min',
  'node.stream-alerting.parameter.port.title': 'Port',
  'node.stream-alerting.parameter.port.description':
    'Vide : la cible en choisit un libre.',
  'node.stream-alerting.parameter.batchSize.title': 'Taille de lot',
  'node.stream-alerting.parameter.batchSize.description':
    'Au plus ce nombre d’événements sont notés ensemble.',
  'node.stream-alerting.parameter.maxWaitMs.title': 'Attente',
  'node.stream-alerting.parameter.maxWaitMs.description':
    'Au plus ce temps jusqu’à ce qu’un événement soit noté.',
  'node.stream-alerting.parameter.maxWaitMs.unit': 'ms',
  'node.stream-alerting.parameter.keepAnomalies.title': 'Anomalies conservées',
  'node.stream-alerting.parameter.keepAnomalies.description':
    'Les plus récentes sont gardées pour être examinées.',

  'node.scores-file.title': 'Fichier de scores',
  'node.scores-file.description':
    'Lit sa source jusqu’au bout dans des exécutions, à la main ou selon un calendrier, et laisse un fichier CSV avec un score, un verdict et des raisons pour chaque événement. Rien ne tourne entre les exécutions.',
  'node.scores-file.parameter.learnAgain.title': 'Apprendre à chaque exécution',
  'node.scores-file.parameter.learnAgain.description':
    'Sinon, une exécution utilise le modèle de la précédente, tant que les nœuds qui apprennent sont les mêmes.',
  'node.scores-file.parameter.delimiter.title': 'Séparateur',
  'node.scores-file.parameter.delimiter.description':
    'Entre les colonnes du fichier de scores.',
  'node.scores-file.parameter.delimiter.option.,': 'Virgule',
  'node.scores-file.parameter.delimiter.option.;': 'Point-virgule',
  'node.scores-file.parameter.delimiter.option.tab': 'Tabulation',
  'node.scores-file.parameter.batchSize.title': 'Taille de lot',
  'node.scores-file.parameter.batchSize.description':
    'Au plus ce nombre d’événements sont notés ensemble.',

  'metric.anomalies_per_minute': 'Anomalies par minute',
  'metric.anomaly_ratio_percent': 'Part des événements anormaux',
  'metric.anomaly_score_p95': 'Score d’anomalie, 95e centile',
  'metric.anomaly_score_p99': 'Score d’anomalie, 99e centile',
  'metric.drift_psi':
    'Dérive des données, caractéristique qui a le plus dérivé',
  'metric.events_per_second': 'Événements par seconde',
  'metric.seconds_since_last_event': 'Temps depuis le dernier événement',
  'metric.malformed_ratio_percent': 'Part des événements illisibles',
  'metric.lost_events_per_minute': 'Événements perdus par minute',
  'metric.requests_per_second': 'Requêtes par seconde',
  'metric.error_rate_percent': 'Part des requêtes en échec',
  'metric.latency_p95_ms': 'Latence, 95e centile',
  'metric.cpu_percent': 'Utilisation du CPU demandé',
  'metric.memory_percent': 'Utilisation de la mémoire demandée',
  'metric.source_lag_bytes': 'Octets de la source pas encore lus',
  'metric.replicas_ready': 'Réplicas prêts',
};
