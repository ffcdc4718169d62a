import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { queries } from '@gomon/contracts';
import { Nats } from '@gomon/messaging';
import { explain } from '../decide/explain.js';
import { RuleBook } from '../rules/rule-book.js';
import { findRuleUsage } from '../rules/rule-usage.js';
import { findRules, listRules } from '../rules/rules-versions.js';
import { Database } from '../database/database.js';
import { loadAround } from '../store/surroundings.js';
import { readLedger } from '../ledger/read-ledger.js';
import { findClusterHealth } from '../cluster/cluster-health.js';
import { findSilence, findSilences, previewSilence } from '../silences/find-silences.js';
import { findToken, listTokens } from '../tokens/tokens.js';
import { findWhy } from '../why/find-why.js';
import { findAlert, findAlerts } from './find-alerts.js';
import { findLabelNames } from './find-label-names.js';
import { findIncident, findIncidents } from './find-incidents.js';
import { findProblem, findProblems } from './find-problems.js';

/** Answers the gateways. Read-only. */
@Controller()
export class QueriesController {
  constructor(
    private readonly database: Database,
    private readonly nats: Nats,
    private readonly rules: RuleBook,
  ) {}

  @MessagePattern(queries.listAlerts.subject)
  listAlerts(@Payload() query: unknown) {
    return findAlerts(this.database, queries.listAlerts.query.parse(query));
  }

  @MessagePattern(queries.getAlert.subject)
  getAlert(@Payload() query: unknown) {
    return findAlert(this.database, queries.getAlert.query.parse(query).id);
  }

  @MessagePattern(queries.labelNames.subject)
  labelNames() {
    return findLabelNames(this.database, new Date().toISOString());
  }

  @MessagePattern(queries.listProblems.subject)
  listProblems(@Payload() query: unknown) {
    return findProblems(this.database, queries.listProblems.query.parse(query));
  }

  @MessagePattern(queries.getProblem.subject)
  getProblem(@Payload() query: unknown) {
    return findProblem(this.database, queries.getProblem.query.parse(query).id);
  }

  @MessagePattern(queries.listIncidents.subject)
  listIncidents(@Payload() query: unknown) {
    return findIncidents(this.database, queries.listIncidents.query.parse(query));
  }

  @MessagePattern(queries.getIncident.subject)
  getIncident(@Payload() query: unknown) {
    return findIncident(this.database, queries.getIncident.query.parse(query).id);
  }

  @MessagePattern(queries.clusterHealth.subject)
  clusterHealth(@Payload() query: unknown) {
    return findClusterHealth(this.database, queries.clusterHealth.query.parse(query));
  }

  @MessagePattern(queries.findToken.subject)
  async findToken(@Payload() query: unknown) {
    const { hash } = queries.findToken.query.parse(query);
    return { token: (await findToken(this.database, hash)) ?? null };
  }

  @MessagePattern(queries.listTokens.subject)
  async listTokens() {
    return { items: await listTokens(this.database) };
  }

  @MessagePattern(queries.why.subject)
  async why(@Payload() query: unknown) {
    return { why: (await findWhy(this.database, queries.why.query.parse(query).id)) ?? null };
  }

  @MessagePattern(queries.listSilences.subject)
  listSilences(@Payload() query: unknown) {
    return findSilences(this.database, queries.listSilences.query.parse(query), new Date().toISOString());
  }

  @MessagePattern(queries.getSilence.subject)
  async getSilence(@Payload() query: unknown) {
    const { id } = queries.getSilence.query.parse(query);
    return { silence: (await findSilence(this.database, id, new Date().toISOString())) ?? null };
  }

  @MessagePattern(queries.previewSilence.subject)
  async previewSilence(@Payload() query: unknown) {
    const { matchers } = queries.previewSilence.query.parse(query);
    return { preview: await previewSilence(this.database, matchers) };
  }

  @MessagePattern(queries.listRules.subject)
  async listRules(@Payload() query: unknown) {
    const { limit } = queries.listRules.query.parse(query);
    return { items: await listRules(this.database, limit) };
  }

  @MessagePattern(queries.getRules.subject)
  async getRules(@Payload() query: unknown) {
    const { version } = queries.getRules.query.parse(query);
    return { rules: (await findRules(this.database, version)) ?? null };
  }

  @MessagePattern(queries.ruleUsage.subject)
  async ruleUsage() {
    const rules = await this.rules.inForce(this.database);
    return { items: await findRuleUsage(this.database, rules, new Date().toISOString()) };
  }

  @MessagePattern(queries.explain.subject)
  async explain(@Payload() query: unknown) {
    const question = queries.explain.query.parse(query);
    const rules = await this.rules.inForce(this.database);
    const { scope, labels } = question;
    const alert = { scope, said: { labels } };
    const around = await loadAround(this.database, [alert], {
      revisions: new Map(),
      endings: 0,
      rules,
      book: this.rules,
    });
    return { explanation: explain(question, around, rules, new Date().toISOString()) };
  }

  @MessagePattern(queries.ledger.subject)
  ledger(@Payload() query: unknown) {
    return readLedger(this.database, this.nats, queries.ledger.query.parse(query));
  }
}
