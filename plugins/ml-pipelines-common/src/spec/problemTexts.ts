/**
 * English text of every problem that the platform itself reports, by code.
 *
 * `{{name}}` stands for a value of the problem's `params`, as in Backstage's
 * translations; a translation has the same keys and the same placeholders.
 * Texts of node types that modules add come with their problems instead.
 *
 * @public
 */
export const PROBLEM_TEXTS = {
  // The text as such
  'yaml.syntax': {
    message: 'The YAML cannot be read: {{detail}}.',
    hint: 'Correct it at line {{line}}, column {{column}}.',
  },
  'yaml.duplicateKey': {
    message: 'The key "{{key}}" is there twice.',
    hint: 'Keep one of them.',
  },
  'yaml.multipleDocuments': {
    message: 'The text holds more than one document.',
    hint: 'Remove everything from the second "---" on; one text is one pipeline.',
  },
  'yaml.aliases': {
    message: 'The anchors and aliases of the text multiply too much.',
    hint: 'Write the repeated parts out, or use fewer aliases.',
  },
  'yaml.tag': {
    message: 'A pipeline is plain data, but this value has a tag: {{detail}}.',
    hint: 'Remove the tag (the word that starts with "!").',
  },
  'yaml.tooLarge': {
    message: 'The text is longer than {{limit}} characters.',
    hint: 'Remove what does not belong to the pipeline.',
  },
  'yaml.tooDeep': {
    message: 'The text is nested too deeply.',
    hint: 'A pipeline needs about ten levels; check brackets and indentation.',
  },

  // The document as such
  'document.type': {
    message:
      'A pipeline is an object with apiVersion, kind, metadata and spec.',
    hint: 'Start with "apiVersion: {{supported}}".',
  },
  'document.apiVersion': {
    message: 'The version "{{version}}" is not supported.',
    hint: 'Write "apiVersion: {{supported}}".',
  },
  'document.apiVersionMissing': {
    message: 'The apiVersion is missing.',
    hint: 'Write "apiVersion: {{supported}}".',
  },
  'document.tooManyProblems': {
    message: 'There are {{count}} more problems, not shown here.',
    hint: 'Correct those that are shown, then check again.',
  },

  // Shape and values of fields
  'schema.required': {
    message: 'A value for "{{field}}" is required.',
    hint: 'Enter one.',
  },
  'schema.unrecognized_keys': {
    message: 'There is no field "{{field}}" here.',
    hint: 'Remove it, or use one of: {{known}}.',
  },
  'schema.type.text': {
    message: '"{{field}}" must be text.',
    hint: 'Enter text; in YAML, put numbers and yes or no in quotes.',
  },
  'schema.type.number': {
    message: '"{{field}}" must be a number.',
    hint: 'Enter a number, without quotes or unit.',
  },
  'schema.type.integer': {
    message: '"{{field}}" must be a whole number.',
    hint: 'Enter a number without decimals, quotes or unit.',
  },
  'schema.type.boolean': {
    message: '"{{field}}" must be true or false.',
    hint: 'Enter true or false, without quotes.',
  },
  'schema.type.list': {
    message: '"{{field}}" must be a list.',
    hint: 'Enter a list; in YAML, start each entry with "- ".',
  },
  'schema.type.object': {
    message: '"{{field}}" must be a group of fields.',
    hint: 'Enter fields and their values, as in "name: value".',
  },
  'schema.type.other': {
    message: '"{{field}}" has a value of the wrong kind.',
    hint: 'Enter a value of kind {{expected}}.',
  },
  'schema.too_small': {
    message: '"{{field}}" is {{value}}, but must be at least {{limit}}.',
    hint: 'Enter {{limit}} or more.',
  },
  'schema.too_small.exclusive': {
    message: '"{{field}}" is {{value}}, but must be more than {{limit}}.',
    hint: 'Enter more than {{limit}}.',
  },
  'schema.too_big': {
    message: '"{{field}}" is {{value}}, but must be at most {{limit}}.',
    hint: 'Enter {{limit}} or less.',
  },
  'schema.too_big.exclusive': {
    message: '"{{field}}" is {{value}}, but must be less than {{limit}}.',
    hint: 'Enter less than {{limit}}.',
  },
  'schema.empty': {
    message: '"{{field}}" must not be empty.',
    hint: 'Enter a value, or remove the field where it is optional.',
  },
  'schema.too_short': {
    message: '"{{field}}" must have at least {{limit}} characters.',
    hint: 'Enter a longer text.',
  },
  'schema.too_long': {
    message: '"{{field}}" may have at most {{limit}} characters.',
    hint: 'Shorten it.',
  },
  'schema.too_few': {
    message: '"{{field}}" needs more entries: at least {{limit}}.',
    hint: 'Add entries.',
  },
  'schema.too_many': {
    message: '"{{field}}" may have at most {{limit}} entries.',
    hint: 'Remove entries.',
  },
  'schema.not_multiple_of': {
    message: '"{{field}}" is {{value}}, but must be a multiple of {{divisor}}.',
    hint: 'Enter a multiple of {{divisor}}.',
  },
  'schema.invalid_value': {
    message: '"{{field}}" cannot be "{{value}}".',
    hint: 'Choose one of: {{known}}.',
  },
  'schema.invalid_union': {
    message: '"{{field}}" fits none of the allowed forms.',
    hint: 'Enter one of: {{expected}}.',
  },
  'schema.invalid_format': {
    message: '"{{field}}" does not have the right form.',
    hint: '{{detail}}.',
  },
  'schema.custom': {
    message: '"{{field}}" is not right.',
    hint: '{{detail}}.',
  },

  // Forms of names; see `spec/formats.ts`
  'schema.format.name': {
    message: '"{{value}}" cannot be a name.',
    hint: 'Use lower-case letters, digits and dashes; start with a letter, end with a letter or digit.',
  },
  'schema.format.resourceName': {
    message: '"{{value}}" cannot be a name.',
    hint: 'Use lower-case letters, digits and dashes; start and end with a letter or digit.',
  },
  'schema.format.environmentName': {
    message: '"{{value}}" cannot be the name of an environment variable.',
    hint: 'Use letters, digits and underscores; do not start with a digit.',
  },
  'schema.format.entityRef': {
    message: '"{{value}}" is not a full entity reference.',
    hint: 'Write kind, namespace and name, such as group:default/security.',
  },
  'schema.format.portRef': {
    message: '"{{value}}" does not name a port of a node.',
    hint: 'Write the id of the node, a dot and the name of the port, such as logs.events.',
  },
  'schema.format.tag': {
    message: '"{{value}}" cannot be a tag.',
    hint: 'Use lower-case letters, digits, ":", "+" and "#", with single dashes between them.',
  },
  'schema.format.absoluteFile': {
    message: '"{{value}}" is not the absolute path of a file.',
    hint: 'Start with "/" and end with the name of the file, such as /var/log/auth.log.',
  },
  'schema.format.ipAddress': {
    message: '"{{value}}" is not an IP address.',
    hint: 'Write an address such as 127.0.0.1 or ::1; 0.0.0.0 means all addresses of the machine.',
  },
  'schema.format.cidr': {
    message: '"{{value}}" is neither an address nor a network.',
    hint: 'Write a network such as 10.0.0.0/8, or an address such as 192.0.2.7.',
  },
  'schema.format.bootstrapServers': {
    message: '"{{value}}" does not name brokers.',
    hint: 'Write host:port; separate several by commas without spaces, such as kafka-1:9092,kafka-2:9092.',
  },
  'schema.format.kafkaName': {
    message: '"{{value}}" cannot be a name in Kafka.',
    hint: 'Use letters, digits, dots, underscores and dashes.',
  },
  'text.controlCharacters': {
    message:
      '"{{field}}" holds a character that cannot be seen ({{character}}).',
    hint: 'Delete it and type the text again; it often comes with copied text.',
  },

  // Nodes and their parameters
  'node.unknownType': {
    message: 'There is no node type "{{type}}".',
    hint: 'Choose one of: {{known}}.',
  },
  'node.openInput': {
    message: 'The input "{{port}}" of "{{node}}" is not connected.',
    hint: 'Connect an output that gives {{type}}.',
  },
  'node.unreachable': {
    message: '"{{node}}" leads nowhere: nothing reads its output.',
    hint: 'Connect it on the way to the deployment, or remove it.',
  },
  'node.needsGpu': {
    message: '"{{title}}" needs a GPU.',
    hint: 'Ask for one under compute.',
  },
  'node.sameFile': {
    message: '"{{node}}" reads the same file as "{{other}}": {{file}}.',
    hint: 'Keep one of them, or correct the path; every event would count twice.',
  },
  'parameters.samplesAboveTrainingEvents': {
    message:
      'Each tree is to see {{samples}} events, but only {{trainingEvents}} are learned from.',
    hint: 'Lower "samples" to {{trainingEvents}} or less, or raise "trainingEvents".',
  },
  'parameters.neededForSasl': {
    message: 'The security {{security}} needs a login, but this is empty.',
    hint: 'Enter the user name, and the variable that a secret of the pipeline fills with the password.',
  },
  'parameters.unknownColumn': {
    message: 'There is no column "{{column}}".',
    hint: 'Choose one of: {{columns}}.',
  },

  // Connections and shape of the graph
  'edge.unknownNode': {
    message: 'There is no node "{{id}}".',
    hint: 'Connect to one of: {{known}}.',
  },
  'edge.unknownOutput': {
    message: '"{{title}}" has no output "{{port}}".',
    hint: 'Its outputs: {{known}}.',
  },
  'edge.unknownInput': {
    message: '"{{title}}" has no input "{{port}}".',
    hint: 'Its inputs: {{known}}.',
  },
  'edge.portMismatch': {
    message: '"{{from}}" gives {{fromType}}, but "{{to}}" needs {{toType}}.',
    hint: 'Put a node between them that turns {{fromType}} into {{toType}}, or connect another output.',
  },
  'edge.inputTaken': {
    message: 'The input "{{port}}" is connected twice.',
    hint: 'Remove one of the connections.',
  },
  'graph.duplicateId': {
    message: 'Two nodes have the id "{{id}}".',
    hint: 'Give each node an id of its own.',
  },
  'graph.cycle': {
    message: 'The connections form a circle: {{circle}}.',
    hint: 'Remove one connection of the circle.',
  },
  'graph.missing.source': {
    message: 'The pipeline has no data source.',
    hint: 'Add one: {{known}}.',
  },
  'graph.missing.model': {
    message: 'The pipeline has no model.',
    hint: 'Add one: {{known}}.',
  },
  'graph.missing.deploy': {
    message: 'The pipeline has no deployment node.',
    hint: 'Add one: {{known}}.',
  },
  'graph.manyDeployments': {
    message: 'A pipeline has one deployment node; "{{node}}" is one too many.',
    hint: 'Remove it, or make a second pipeline of it.',
  },

  // Target and resources
  'target.unknown': {
    message: 'There is no target "{{target}}".',
    hint: 'Choose one of: {{known}}.',
  },
  'target.none': {
    message: 'There is no target "{{target}}"; no target is registered at all.',
    hint: 'Ask an administrator to register one.',
  },
  'target.hostFiles': {
    message:
      '"{{title}}" reads a file of its machine, which the target "{{target}}" does not allow.',
    hint: 'Send the events instead, by HTTP push, syslog or Kafka; for a file of a batch leave its path empty and upload it with each run; or choose another target.',
  },
  'target.mode': {
    message: 'The target "{{target}}" cannot run "{{title}}".',
    hint: 'Choose another target or deployment node.',
  },
  'compute.noGpu': {
    message: 'The target "{{target}}" has no GPU.',
    hint: 'Remove "gpu" under compute, or choose a target that has one.',
  },
  'compute.gpu': {
    message:
      '"gpu.count" is {{wanted}}, but the target "{{target}}" gives at most {{limit}}.',
    hint: 'Ask for {{limit}} or fewer, or choose a larger target.',
  },
  'compute.cpu': {
    message:
      '"cpu" is {{wanted}}, but the target "{{target}}" gives at most {{limit}} cores.',
    hint: 'Ask for {{limit}} or less, or choose a larger target.',
  },
  'compute.memory': {
    message:
      '"memoryMiB" is {{wanted}}, but the target "{{target}}" gives at most {{limit}} MiB.',
    hint: 'Ask for {{limit}} or less, or choose a larger target.',
  },
  'compute.replicas': {
    message:
      '"replicas" is {{wanted}}, but the target "{{target}}" runs at most {{limit}}.',
    hint: 'Ask for {{limit}} or fewer, or choose a larger target.',
  },
  'compute.autoscaling': {
    message: 'The target "{{target}}" does not let replicas follow the load.',
    hint: 'Remove "autoscaling" under compute and set "replicas", or choose another target.',
  },
  'compute.autoscalingMode': {
    message:
      '"{{title}}" does not answer requests, so that no load asks for more replicas.',
    hint: 'Remove "autoscaling" under compute.',
  },
  'compute.autoscalingBelow': {
    message:
      '"autoscaling.maxReplicas" is {{wanted}}, but "replicas" asks for {{replicas}} at least.',
    hint: 'Enter {{replicas}} or more, or lower "replicas".',
  },
  'compute.autoscalingAbove': {
    message:
      '"autoscaling.maxReplicas" is {{wanted}}, but the target "{{target}}" runs at most {{limit}}.',
    hint: 'Enter {{limit}} or less, or choose a larger target.',
  },
  'compute.noWorkers': {
    message:
      '"workers" is {{wanted}}, but the target "{{target}}" shares no run among workers.',
    hint: 'Remove "workers" under compute, or choose another target.',
  },
  'compute.workers': {
    message:
      '"workers" is {{wanted}}, but the target "{{target}}" lets at most {{limit}} share a run.',
    hint: 'Ask for {{limit}} or fewer, or choose a larger target.',
  },
  'compute.streamReplicas': {
    message:
      '"{{title}}" reads its source in one place, but {{wanted}} replicas are asked for.',
    hint: 'Set "replicas" to 1.',
  },

  // Environment, secrets, alerts, schedule
  'secret.unknown': {
    message: 'There is no secret "{{secret}}".',
    hint: 'Add it under Secrets, or correct the name.',
  },
  'environment.reserved': {
    message: 'The platform itself sets "{{name}}".',
    hint: 'Choose another name; reserved are {{reserved}}.',
  },
  'environment.duplicate': {
    message: 'The environment variable "{{name}}" is set twice.',
    hint: 'Remove or rename one of them; secrets count too.',
  },
  'environment.looksSecret': {
    message:
      '"{{name}}" looks like a secret, but its value is readable in the pipeline.',
    hint: 'Store the value under Secrets, and refer to it by name.',
  },
  'alert.duplicate': {
    message: 'Two alerts have the name "{{name}}".',
    hint: 'Rename or remove one of them.',
  },
  'alert.metricNotProduced': {
    message:
      'The alert "{{name}}" watches "{{metric}}", which needs a {{category}} node.',
    hint: 'Add such a node, or watch another metric.',
  },
  'alert.neverFires': {
    message:
      'The alert "{{name}}" can never fire: "{{metric}}" is never {{operator}} {{threshold}}.',
    hint: 'Choose another threshold.',
  },
  'schedule.timezone': {
    message: 'There is no time zone "{{timezone}}".',
    hint: 'Use an IANA name such as Europe/Paris or UTC.',
  },
  'schedule.cron': {
    message: '"{{cron}}" is not a schedule.',
    hint: 'Write five fields: minute, hour, day of month, month, day of week; "0 3 * * *" is 03:00 every day.',
  },
  'schedule.never': {
    message: 'The schedule "{{cron}}" never comes.',
    hint: 'Choose a day that exists.',
  },
  'source.endless': {
    message:
      '"{{title}}" reads its source to the end, but "{{source}}" never ends.',
    hint: 'Choose a source that is a file, or a deployment that follows a stream.',
  },
  'source.noFile': {
    message:
      '"{{node}}" names no file, and "{{title}}" has no runs that could bring one.',
    hint: 'Enter the path of a file, or choose a deployment that scores a file.',
  },
  'schedule.noFile': {
    message:
      'Runs of the schedule have no file: "{{node}}" waits for one that is uploaded with each run.',
    hint: 'Enter the path of a file there, or remove the schedule and start runs by hand.',
  },
  'schedule.unused': {
    message:
      '"{{title}}" runs all the time, so that the schedule has no effect.',
    hint: 'Remove the schedule.',
  },
} as const satisfies Record<string, ProblemText>;

/** Message and hint of a problem, with placeholders. @public */
export interface ProblemText {
  message: string;
  hint: string;
}

/** Said before the hint when the problem has a `suggestion` among its params. @public */
export const PROBLEM_SUGGESTION_TEXT = 'Did you mean "{{suggestion}}"?';

/** A code of {@link PROBLEM_TEXTS}. @public */
export type ProblemCode = keyof typeof PROBLEM_TEXTS;

/** Every code that the platform itself reports, so that translations can be checked for completeness. @public */
export const PROBLEM_CODES = Object.keys(PROBLEM_TEXTS) as ProblemCode[];
