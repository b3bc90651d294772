import type { ChangeCode } from '@mlpipe/plugin-ml-pipelines-common';
import { changeKey } from '../en/changes';

const texts: Record<ChangeCode, string> = {
  'spec.target': 'Il s’exécute sur la cible {{after}} au lieu de {{before}}.',

  'node.removed': 'Le nœud « {{node}} » ({{type}}) est retiré.',
  'node.added': 'Le nœud « {{node}} » ({{type}}) est ajouté.',
  'node.retyped': 'Le nœud « {{node}} » est {{after}} au lieu de {{before}}.',
  'edge.removed': '« {{from}} » n’alimente plus « {{to}} ».',
  'edge.added': '« {{from}} » alimente désormais « {{to}} ».',
  'node.renamed': 'Le nœud « {{before}} » s’appelle désormais « {{after}} ».',
  'parameter.changed':
    'Le paramètre « {{parameter}} » de « {{node}} » passe de {{before}} à {{after}}.',

  'schedule.added':
    'Les exécutions démarrent selon la planification {{after}}.',
  'schedule.removed':
    'Les exécutions ne démarrent plus d’elles-mêmes ; la planification était {{before}}.',
  'schedule.cron': 'La planification passe de {{before}} à {{after}}.',
  'schedule.timezone':
    'Le fuseau horaire de la planification passe de {{before}} à {{after}}.',

  'compute.replicas': 'Le nombre de réplicas passe de {{before}} à {{after}}.',
  'autoscaling.maxReplicas':
    'Le plus grand nombre de réplicas sous charge passe de {{before}} à {{after}}.',
  'autoscaling.targetCpuPercent':
    'L’usage du processeur au-delà duquel des réplicas s’ajoutent passe de {{before}} à {{after}} (%).',
  'compute.workers':
    'Le nombre de workers d’une exécution passe de {{before}} à {{after}}.',
  'compute.cpu':
    'Les cœurs de processeur d’un réplica passent de {{before}} à {{after}}.',
  'compute.memoryMiB':
    'La mémoire d’un réplica passe de {{before}} Mio à {{after}} Mio.',
  'compute.gpu': 'Les GPU d’un réplica passent de {{before}} à {{after}}.',

  'secret.removed':
    'Le secret « {{secret}} » n’est plus transmis sous le nom {{env}}.',
  'secret.added': 'Le secret « {{secret}} » est transmis sous le nom {{env}}.',
  'secret.changed':
    '{{env}} contient le secret « {{after}} » au lieu de « {{before}} ».',
  'environment.removed':
    'La variable d’environnement {{name}}, qui valait {{before}}, est retirée.',
  'environment.added':
    'La variable d’environnement {{name}} reçoit la valeur {{after}}.',
  'environment.changed':
    'La variable d’environnement {{name}} passe de {{before}} à {{after}}.',

  'alert.removed': 'L’alerte « {{alert}} » sur {{metric}} est retirée.',
  'alert.added':
    'L’alerte « {{alert}} » est ajoutée : {{metric}} {{operator}} {{threshold}}.',
  'alert.metric':
    'L’alerte « {{alert}} » surveille {{after}} au lieu de {{before}}.',
  'alert.threshold':
    'Le seuil de l’alerte « {{alert}} » passe de {{before}} à {{after}}.',
  'alert.operator':
    'L’alerte « {{alert}} » se déclenche à {{after}} au lieu de {{before}} de son seuil.',
  'alert.forSeconds':
    'L’alerte « {{alert}} » se déclenche après {{after}} s au lieu de {{before}} s.',
  'alert.severity':
    'La gravité de l’alerte « {{alert}} » passe de {{before}} à {{after}}.',
  'alert.noData':
    'Sans données, l’alerte « {{alert}} » est {{after}} au lieu de {{before}}.',
  'alert.summary':
    'Le texte de l’alerte « {{alert}} » passe de {{before}} à {{after}}.',
  'objectives.latencyP95Ms':
    'L’objectif de latence passe de {{before}} à {{after}} (95e centile, ms).',
  'objectives.errorRatePercent':
    'L’objectif de taux d’erreur passe de {{before}} à {{after}} (%).',
  'objectives.availabilityPercent':
    'L’objectif de disponibilité passe de {{before}} à {{after}} (%).',

  'metadata.name': 'Le nom passe de {{before}} à {{after}}.',
  'metadata.lifecycle': 'Le cycle de vie passe de {{before}} à {{after}}.',
  'metadata.owner': 'Le propriétaire passe de {{before}} à {{after}}.',
  'metadata.system': 'Le système passe de {{before}} à {{after}}.',
  'metadata.title': 'Le titre passe de {{before}} à {{after}}.',
  'metadata.description': 'La description passe de {{before}} à {{after}}.',
  'metadata.tags': 'Les étiquettes passent de {{before}} à {{after}}.',
  'node.title': 'Le titre de « {{node}} » passe de {{before}} à {{after}}.',

  'document.field': '{{field}} passe de {{before}} à {{after}}.',
  'document.order':
    'Des entrées du document sont dans un autre ordre ; ce qui s’exécute est identique.',
  'document.positions': 'Des nœuds sont à une autre place dans le dessin.',
};

/** Sentences of changes in French, by key. */
export const changes: Record<string, string> = Object.fromEntries(
  Object.entries(texts).map(([code, text]) => [changeKey(code), text]),
);
