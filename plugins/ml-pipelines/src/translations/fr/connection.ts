/** Champ de formulaire qui connecte un cluster, en français. */
export const connection = {
  'connection.title': 'Connexion',
  'connection.method': 'Comment le portail atteint le cluster',
  'connection.method.kubeconfig': 'Kubeconfig',
  'connection.method.kubeconfig.text':
    'Collez ou choisissez le fichier qu’utilise kubectl.',
  'connection.method.server': 'Adresse et jeton ou certificat',
  'connection.method.server.text':
    'URL du serveur d’API, avec le jeton d’un compte de service ou un certificat client.',
  'connection.method.inCluster': 'Le cluster sur lequel tourne le portail',
  'connection.method.inCluster.text':
    'Avec le compte de service du pod du portail ; rien à remplir.',
  'connection.method.known': 'Un cluster que Backstage connaît',
  'connection.method.known.text':
    'Son adresse et son autorité de certification sont reprises ; seuls les identifiants manquent.',
  'connection.known': 'Cluster',
  'connection.known.placeholder': 'Choisissez un cluster',
  'connection.known.none':
    'Ni le catalogue ni la configuration du plugin Kubernetes n’ont de cluster. Choisissez un autre moyen, ou ajoutez une Resource de type kubernetes-cluster.',
  'connection.known.noAddress':
    'Le plugin Kubernetes de Backstage connaît ce cluster, mais ne donne pas son adresse. Remplissez-la.',
  'connection.apiServer': 'Serveur d’API',
  'connection.apiServer.hint': 'Par exemple https://10.0.0.5:6443',
  'connection.apiServer.invalid':
    'Donnez l’URL du serveur d’API, commençant par https:// et sans nom d’utilisateur.',
  'connection.loopback':
    '{{server}} n’est joignable que sur la machine du cluster elle-même. Si le portail tourne ailleurs, mettez l’adresse de cette machine à la place ; K3s l’accepte si elle fait partie de ses --tls-san.',
  'connection.ca': 'Autorité de certification',
  'connection.ca.hint':
    'PEM de l’autorité qui a signé le certificat du serveur. Laissez vide si c’est une autorité publique.',
  'connection.ca.invalid':
    'Ce n’est pas un certificat PEM : il commence par -----BEGIN CERTIFICATE-----.',
  'connection.skipTls': 'Ne pas vérifier le certificat du serveur',
  'connection.skipTls.warning':
    'Toute personne entre le portail et le cluster peut alors lire les identifiants. Pour des essais seulement.',
  'connection.by': 'Identifiants',
  'connection.by.token': 'Jeton',
  'connection.by.certificate': 'Certificat client',
  'connection.token': 'Jeton d’un compte de service',
  'connection.token.invalid': 'Un jeton est un seul mot sans espaces.',
  'connection.certificate': 'Certificat client',
  'connection.certificate.invalid':
    'Ce n’est pas un certificat PEM : il commence par -----BEGIN CERTIFICATE-----.',
  'connection.key': 'Clé privée',
  'connection.key.invalid':
    'Ce n’est pas une clé privée PEM sans phrase secrète : elle commence par -----BEGIN PRIVATE KEY----- ou similaire.',
  'connection.kubeconfig': 'Kubeconfig',
  'connection.kubeconfig.hint':
    'Il doit contenir lui-même ses certificats et ses clés : kubectl config view --raw --flatten',
  'connection.kubeconfig.yaml': 'Ce n’est pas du YAML.',
  'connection.kubeconfig.format':
    'Ce n’est pas un kubeconfig : il a des clusters, des users et des contexts.',
  'connection.kubeconfig.dangling':
    'Ce contexte nomme un cluster ou un utilisateur absent du fichier. Choisissez-en un autre.',
  'connection.kubeconfig.exec':
    'L’utilisateur de ce contexte obtient ses identifiants d’un programme (exec ou auth-provider), que le portail n’exécute pas. Créez un compte de service et utilisez son jeton.',
  'connection.kubeconfig.files':
    'Ce contexte renvoie à des fichiers d’une autre machine. Intégrez leur contenu : kubectl config view --raw --flatten',
  'connection.kubeconfig.anonymous':
    'L’utilisateur de ce contexte n’a ni jeton, ni certificat, ni mot de passe dans ce fichier.',
  'connection.context': 'Contexte',
  'connection.context.option': '{{name}} ({{server}})',
  'connection.file': 'Choisir un fichier',
  'connection.file.chosen': 'Repris de {{name}}',
  'connection.file.tooLarge': '{{name}} dépasse {{size}}.',
  'connection.nameFirst': 'Donnez d’abord un nom à la cible.',
  'connection.stored':
    'Les identifiants sont enregistrés, chiffrés (version {{version}}). Personne ne peut les lire.',
  'connection.replace': 'Les remplacer',
  'connection.keep': 'Garder ceux qui sont enregistrés',
  'connection.privacy':
    'Les identifiants vont directement dans le coffre chiffré du portail. Ils ne font partie ni de ce formulaire, ni de sa tâche, ni d’un brouillon.',
  'connection.check': 'Vérifier la connexion',
  'connection.check.running': 'Vérification du cluster',
  'connection.check.error': 'La connexion n’a pas pu être vérifiée',
  'connection.check.missing':
    'Remplissez l’adresse et les identifiants pour vérifier la connexion.',
  'connection.store': 'Enregistrer quand même les identifiants',
  'connection.required':
    'Vérifiez la connexion, pour que ses identifiants soient enregistrés.',
  'connection.required.address': 'Dites comment atteindre le cluster.',
};
