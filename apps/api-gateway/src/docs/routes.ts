import {
  alertView,
  clusterHealth,
  explanation,
  incidentView,
  ledgerAnswer,
  problemView,
  labelNamesAnswer,
  ruleUsageAnswer,
  rulesVersion,
  rulesVersionRef,
  whyAlert,
} from '@gomon/contracts';
import { z } from 'zod';
import { postedAlert, postedAlerts } from '../alerts/posted-alerts.js';
import {
  archiveParameters,
  assignBody,
  levelBody,
  noteBody,
  reasonBody,
  resolveBody,
  textBody,
} from '../correlator/command-bodies.js';
import {
  clusterHealthParameters,
  ledgerParameters,
  listAlertsParameters,
  listIncidentsParameters,
  listProblemsParameters,
} from '../http/query-parameters.js';
import { applyRulesBody, explainBody, listRulesParameters, rollBackBody } from '../rules/rules-bodies.js';
import { examples } from './examples.js';
import { placementRoutes } from './placement-routes.js';
import { answered, changed, nextCursor, QUERY_ERRORS, type Route } from './route.js';
import { historyRoutes } from './history-routes.js';
import { silenceRoutes } from './silence-routes.js';
import { tokenRoutes } from './token-routes.js';

const alert = alertView
  .extend({ details: z.record(z.string(), z.unknown()).optional() })
  .meta({ id: 'Alert', description: 'An alert: one condition of one source, from its first sight on.' });
const problem = problemView.meta({
  id: 'Problem',
  description: 'A problem: alerts that belong together, and what people did about them.',
});
const incident = incidentView.meta({
  id: 'Incident',
  description: 'A problem that somebody must own, and what the provider has of it.',
});
const cluster = clusterHealth.meta({
  id: 'ClusterHealth',
  description: 'How a Kubernetes cluster is, as its watcher counted last.',
});
const ledger = ledgerAnswer.meta({
  id: 'Ledger',
  description: 'Accepted = the ends + in flight, counted on both sides on their own.',
});
const rules = rulesVersion.extend({ content: z.string() }).meta({ id: 'Rules' });
const rulesInForce = rulesVersionRef.meta({ id: 'RulesInForce' });
const explained = explanation.meta({ id: 'Explanation' });
const why = whyAlert.meta({ id: 'Why', description: 'Everything that was decided about an alert.' });
const accepted = z
  .object({
    reportId: z.string().meta({ description: 'Ask the ledger with it.' }),
    accepted: z.number().int(),
  })
  .meta({ id: 'Accepted' });
const note = { schema: noteBody, example: examples.note, required: false };
const level = { schema: levelBody, example: examples.level, required: false };
const assign = { schema: assignBody, example: examples.assign, required: false };
const text = { schema: textBody, example: examples.text, required: true };
const reason = { schema: reasonBody, example: examples.reason, required: false };

/** Every route, in the order of the documentation. */
export const ROUTES: readonly Route[] = [
  {
    method: 'post',
    path: '/api/v1/alerts',
    operationId: 'postAlerts',
    summary: 'Post alerts',
    description:
      'One alert, or `{"alerts": […]}` with up to 500, accepted together or not at all. With an `Idempotency-Key` the same request is one report, however often it is sent.',
    body: { schema: z.union([postedAlert, postedAlerts]), example: examples.posted, required: true },
    changes: true,
    answers: {
      202: {
        description: 'Accepted: on disk, and to be decided.',
        schema: accepted,
        example: examples.accepted,
      },
    },
    errors: [400, 401, 413, 415, 503],
  },
  {
    method: 'get',
    path: '/api/v1/alerts',
    operationId: 'listAlerts',
    summary: 'List alerts, the newest first',
    description:
      'Without a status the archive is left out. A page may be short, or empty, and still have a next one.',
    query: listAlertsParameters,
    pages: true,
    answers: answered(
      'A page.',
      z.object({ items: z.array(alert), nextCursor }).meta({ id: 'Alerts' }),
      examples.alertsPage,
    ),
    errors: QUERY_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/alerts/{id}',
    operationId: 'getAlert',
    summary: 'One alert',
    answers: answered('The alert.', alert, examples.alert),
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'get',
    path: '/api/v1/alerts/{id}/why',
    operationId: 'why',
    summary: 'Why an alert is told or is not',
    description:
      'Everything that was decided about it: by which rule and version, on what evidence, and what came of it.',
    answers: answered('Every decision, the oldest first.', why, examples.why),
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'put',
    path: '/api/v1/alerts/{id}/acknowledge',
    operationId: 'acknowledgeAlert',
    summary: 'Acknowledge the problem of an alert',
    body: note,
    ...changed('alert', alert, examples.alert),
  },
  {
    method: 'put',
    path: '/api/v1/alerts/{id}/escalate',
    operationId: 'escalateAlert',
    summary: 'Escalate the problem of an alert',
    body: level,
    ...changed('alert', alert, examples.alert),
  },
  {
    method: 'put',
    path: '/api/v1/alerts/{id}/assign',
    operationId: 'assignAlert',
    summary: 'Assign the problem of an alert',
    body: assign,
    ...changed('alert', alert, examples.alert),
  },
  {
    method: 'post',
    path: '/api/v1/alerts/{id}/notes',
    operationId: 'noteAlert',
    summary: 'Note something on the problem of an alert',
    body: text,
    ...changed('alert', alert, examples.alert),
  },
  {
    method: 'delete',
    path: '/api/v1/alerts/{id}',
    operationId: 'archiveAlert',
    summary: 'Archive an alert',
    description: 'Repeats of its source stay quiet for an hour. The reason may also stand in a JSON body.',
    query: archiveParameters,
    ...changed('alert', alert, examples.alert),
  },
  {
    method: 'get',
    path: '/api/v1/problems',
    operationId: 'listProblems',
    summary: 'List problems, the newest first',
    query: listProblemsParameters,
    pages: true,
    answers: answered(
      'A page.',
      z.object({ items: z.array(problem), nextCursor }).meta({ id: 'Problems' }),
      examples.problemsPage,
    ),
    errors: QUERY_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/problems/{id}',
    operationId: 'getProblem',
    summary: 'One problem',
    answers: answered('The problem.', problem, examples.problem),
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/acknowledge',
    operationId: 'acknowledgeProblem',
    summary: 'Acknowledge a problem',
    body: note,
    ...changed('problem', problem, examples.problem),
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/unacknowledge',
    operationId: 'unacknowledgeProblem',
    summary: 'Take an acknowledgement back',
    body: note,
    ...changed('problem', problem, examples.problem),
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/escalate',
    operationId: 'escalateProblem',
    summary: 'Escalate a problem',
    description:
      'One level, or to a level. It is told again, nobody has acknowledged it then, and P1 and P0 have an incident.',
    body: level,
    ...changed('problem', problem, examples.problem),
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/deescalate',
    operationId: 'deescalateProblem',
    summary: 'De-escalate a problem',
    description: 'One level, or to a level. An incident stays.',
    body: level,
    ...changed('problem', problem, examples.problem),
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/assign',
    operationId: 'assignProblem',
    summary: 'Assign a problem',
    body: assign,
    ...changed('problem', problem, examples.problem),
  },
  {
    method: 'post',
    path: '/api/v1/problems/{id}/notes',
    operationId: 'noteProblem',
    summary: 'Note something on a problem',
    body: text,
    ...changed('problem', problem, examples.problem),
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/reopen',
    operationId: 'reopenProblem',
    summary: 'Take an end by hand back',
    body: reason,
    ...changed('problem', problem, examples.problem),
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/incident',
    operationId: 'openIncident',
    summary: 'Create an incident for a problem',
    description: 'P0 and P1 have one from their beginning.',
    body: note,
    ...changed('problem', problem, examples.problem),
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/resolve',
    operationId: 'resolveProblem',
    summary: 'Resolve a problem by hand',
    description: 'Provisional: what its source still reports an hour later reopens it.',
    body: { schema: resolveBody, example: examples.reason, required: false },
    ...changed('problem', problem, examples.problem),
  },
  ...placementRoutes(problem),
  {
    method: 'get',
    path: '/api/v1/incidents',
    operationId: 'listIncidents',
    summary: 'List incidents, the newest first',
    query: listIncidentsParameters,
    pages: true,
    answers: answered(
      'A page.',
      z.object({ items: z.array(incident), nextCursor }).meta({ id: 'Incidents' }),
      examples.incidentsPage,
    ),
    errors: QUERY_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/incidents/{id}',
    operationId: 'getIncident',
    summary: 'One incident',
    answers: answered('The incident.', incident, examples.incident),
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'get',
    path: '/api/v1/cluster/health',
    operationId: 'readClusterHealth',
    summary: 'The newest health of each Kubernetes cluster',
    query: clusterHealthParameters,
    answers: answered(
      'All clusters.',
      z.object({ items: z.array(cluster) }).meta({ id: 'ClusterHealths' }),
      examples.clusterHealth,
    ),
    errors: QUERY_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/labels',
    operationId: 'listLabelNames',
    summary: 'The names of the labels that alerts have had',
    description:
      'By the newest alerts of the last 30 days, at most 100,000 active and 100,000 archived ones.',
    answers: answered('The names.', labelNamesAnswer.meta({ id: 'LabelNames' }), examples.labelNames),
    errors: QUERY_ERRORS,
  },
  ...historyRoutes,
  ...silenceRoutes,
  {
    method: 'get',
    path: '/api/v1/ledger',
    operationId: 'readLedger',
    summary: 'What became of everything accepted',
    description: 'With `reportId`, the end of each alert of that delivery too.',
    query: ledgerParameters,
    answers: answered('The ledger.', ledger, examples.ledger),
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'get',
    path: '/api/v1/rules',
    operationId: 'readRules',
    summary: 'The rules in force',
    description: '404 where none were ever applied: the default is in force then.',
    answers: answered('The rules with their text.', rules, examples.rules),
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'put',
    path: '/api/v1/rules',
    operationId: 'applyRules',
    summary: 'Put other rules in force',
    description: 'What is wrong with a text is told with line, column and path, and the rules in force stay.',
    body: { schema: applyRulesBody, example: examples.applyRules, required: true },
    ...changed('version in force', rulesInForce, examples.rulesInForce),
  },
  {
    method: 'get',
    path: '/api/v1/rules/versions',
    operationId: 'listRules',
    summary: 'All versions of the rules, the newest first',
    query: listRulesParameters,
    answers: answered(
      'The versions.',
      z.object({ items: z.array(rulesVersion) }).meta({ id: 'RulesVersions' }),
      examples.rulesVersions,
    ),
    errors: QUERY_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/rules/versions/{version}',
    operationId: 'getRules',
    summary: 'One version of the rules',
    answers: answered('The version with its text.', rules, examples.rules),
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'get',
    path: '/api/v1/rules/usage',
    operationId: 'readRuleUsage',
    summary: 'How often each of the rules in force has matched',
    description:
      'By alerts that began, problems that an inhibition began to mute, and heartbeats that were heard. `unused`: nothing for 30 days.',
    answers: answered('The rules.', ruleUsageAnswer.meta({ id: 'RuleUsage' }), examples.ruleUsage),
    errors: QUERY_ERRORS,
  },
  {
    method: 'post',
    path: '/api/v1/rules/rollback',
    operationId: 'rollBackRules',
    summary: 'Put an earlier version in force again',
    description: 'As a version of its own: the history only grows.',
    body: { schema: rollBackBody, example: examples.rollBack, required: true },
    ...changed('version in force', rulesInForce, examples.rulesInForce),
  },
  {
    method: 'post',
    path: '/api/v1/rules/explain',
    operationId: 'explain',
    summary: 'What would happen to an alert now, and by which rule',
    body: { schema: explainBody, example: examples.explain, required: true },
    answers: answered('What would happen.', explained, examples.explanation),
    errors: [...QUERY_ERRORS, 413, 415],
  },
  ...tokenRoutes,
];
