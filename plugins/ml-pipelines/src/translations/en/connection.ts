/** Form field that connects a cluster. */
export const connection = {
  'connection.title': 'Connection',
  'connection.method': 'How the portal reaches the cluster',
  'connection.method.kubeconfig': 'Kubeconfig',
  'connection.method.kubeconfig.text':
    'Paste or choose the file that kubectl uses.',
  'connection.method.server': 'Address and token or certificate',
  'connection.method.server.text':
    'URL of the API server, with a service account’s token or a client certificate.',
  'connection.method.inCluster': 'The cluster that the portal runs on',
  'connection.method.inCluster.text':
    'With the service account of the portal’s own pod; nothing to fill in.',
  'connection.method.known': 'A cluster that Backstage knows',
  'connection.method.known.text':
    'Takes address and certificate authority from it; only credentials are missing.',
  'connection.known': 'Cluster',
  'connection.known.placeholder': 'Choose a cluster',
  'connection.known.none':
    'Neither the catalog nor the configuration of the Kubernetes plugin has a cluster. Choose another way, or add a Resource of type kubernetes-cluster.',
  'connection.known.noAddress':
    'Backstage’s Kubernetes plugin knows this cluster, but does not tell its address. Fill it in.',
  'connection.apiServer': 'API server',
  'connection.apiServer.hint': 'Such as https://10.0.0.5:6443',
  'connection.apiServer.invalid':
    'Give the URL of the API server, beginning with https:// and without a user name.',
  'connection.loopback':
    '{{server}} is only reachable on the machine of the cluster itself. If the portal runs elsewhere, put the address of that machine in its place; K3s accepts it when it is one of its --tls-san.',
  'connection.ca': 'Certificate authority',
  'connection.ca.hint':
    'PEM of the authority that signed the server’s certificate. Leave it empty when a public one did.',
  'connection.ca.invalid':
    'This is no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----.',
  'connection.skipTls': 'Do not verify the server’s certificate',
  'connection.skipTls.warning':
    'Anyone between portal and cluster can then read the credentials. Use it for tests only.',
  'connection.by': 'Credentials',
  'connection.by.token': 'Token',
  'connection.by.certificate': 'Client certificate',
  'connection.token': 'Token of a service account',
  'connection.token.invalid': 'A token is one word without spaces.',
  'connection.certificate': 'Client certificate',
  'connection.certificate.invalid':
    'This is no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----.',
  'connection.key': 'Private key',
  'connection.key.invalid':
    'This is no private key in PEM without a passphrase: it begins with -----BEGIN PRIVATE KEY----- or the like.',
  'connection.kubeconfig': 'Kubeconfig',
  'connection.kubeconfig.hint':
    'It must hold its certificates and keys itself: kubectl config view --raw --flatten',
  'connection.kubeconfig.yaml': 'This is no YAML.',
  'connection.kubeconfig.format':
    'This is no kubeconfig: it has clusters, users and contexts.',
  'connection.kubeconfig.dangling':
    'This context names a cluster or user that the file does not have. Choose another one.',
  'connection.kubeconfig.exec':
    'The user of this context gets credentials from a program (exec or auth-provider), which the portal does not run. Make a service account and use its token.',
  'connection.kubeconfig.files':
    'This context refers to files of another machine. Put their content in: kubectl config view --raw --flatten',
  'connection.kubeconfig.anonymous':
    'The user of this context has no token, certificate or password in this file.',
  'connection.context': 'Context',
  'connection.context.option': '{{name}} ({{server}})',
  'connection.file': 'Choose a file',
  'connection.file.chosen': 'Taken from {{name}}',
  'connection.file.tooLarge': '{{name}} is larger than {{size}}.',
  'connection.nameFirst': 'Give the target a name first.',
  'connection.stored':
    'The credentials are stored, encrypted (version {{version}}). Nobody can read them.',
  'connection.replace': 'Replace them',
  'connection.keep': 'Keep the stored ones',
  'connection.privacy':
    'Credentials go straight to the portal’s encrypted store. They are not part of this form, its task or a draft.',
  'connection.check': 'Check connection',
  'connection.check.running': 'Checking the cluster',
  'connection.check.error': 'The connection could not be checked',
  'connection.check.missing':
    'Fill in the address and the credentials to check the connection.',
  'connection.store': 'Store the credentials all the same',
  'connection.required':
    'Check the connection, so that its credentials are stored.',
  'connection.required.address': 'Say how to reach the cluster.',
};
