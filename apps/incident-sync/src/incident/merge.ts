import type { ProblemView } from '@gomon/contracts';
import type { Waits } from '@gomon/service';
import { tagOf } from '../opsgenie/incident-body.js';
import type { OpsgenieClient } from '../opsgenie/opsgenie-client.js';
import type { Linked } from './claim.js';
import type { Record } from './record-incident.js';

/** What is merged again and again is followed so far. */
const MOST_MERGES = 20;

/** What Opsgenie is told of problems that became part of others: each of the two incidents names the other one. */
export class Merge {
  constructor(
    private readonly client: OpsgenieClient,
    private readonly record: Pick<Record, 'present' | 'urlOf'>,
  ) {}

  /** For the incident that is closed; undefined: its problem was not merged. @throws QueryError */
  async noteOf({ mergedInto }: ProblemView): Promise<string | undefined> {
    if (mergedInto === undefined) return undefined;
    const problem = await this.survivorOf(mergedInto.problemId);
    if (problem === undefined) return `part of problem ${mergedInto.problemId}: ${mergedInto.why}`;
    return `part of problem ${problem.id} (${problem.title})${incidentIn(problem)}: ${mergedInto.why}`;
  }

  /**
   * Notes at the incident that goes on which one was closed. It is written before that is noted here: twice when we die between
   * the two, and not at all where Opsgenie refuses it or nobody knows whether it came. Undefined: it goes on. @throws QueryError
   */
  async tell({ id, title, mergedInto }: ProblemView, closed: Linked): Promise<Waits | undefined> {
    if (mergedInto === undefined) return undefined;
    const linked = (await this.survivorOf(mergedInto.problemId))?.incident?.linked;
    if (linked === undefined) return undefined;
    const wait = await this.client.turn();
    if (wait !== undefined) return wait;
    const url = this.record.urlOf(closed.opsgenieIncidentId);
    const note = `GoMon: problem ${id} (${title}) is part of this; its incident ${url} is closed`;
    const result = await this.client.addNote(linked.opsgenieIncidentId, note);
    return result.kind === 'wait' ? result : undefined;
  }

  /** The problem that the alerts are part of now, however often they were merged. */
  private async survivorOf(problemId: string): Promise<ProblemView | undefined> {
    let problem = await this.record.present(problemId);
    for (let times = 1; times < MOST_MERGES && problem?.mergedInto !== undefined; times += 1)
      problem = (await this.record.present(problem.mergedInto.problemId)) ?? problem;
    return problem;
  }
}

function incidentIn({ incident }: ProblemView): string {
  if (incident === undefined) return '';
  return incident.linked === undefined
    ? `, incident ${tagOf(incident.id)}`
    : `, incident ${incident.linked.externalUrl}`;
}
