import { rulesFile, type RulesFile } from '@gomon/contracts';
import { readRulesFile } from '@gomon/contracts/read-rules-file';
import type { Log } from '@gomon/messaging';
import type { Reader } from '../database/transaction.js';
import { NO_TOPOLOGY, type Topology } from '../decide/about.js';
import { rulesOf, type IncidentProvider, type Rules } from '../decide/rules.js';
import type { Silence } from '../decide/silences.js';
import { Graphs } from '../store/graphs.js';
import { LatelyTouched } from '../store/lately-touched.js';
import { loadSilences } from '../silences/silence-row.js';
import { rulesInForce } from './metrics.js';
import { RuleMatches } from './rule-matches.js';

/** Of so many versions the identities are known. */
const VERSIONS_READ = 20;

interface VersionRow {
  readonly version: number;
  readonly hash: string;
  readonly content: string;
}

/**
 * The rules by which this process decides. What is in force stands in PostgreSQL and is asked for in each transaction, so that
 * replicas never differ; here it is kept ready to be used.
 */
export class RuleBook {
  /** Which of them have matched. */
  readonly matches = new RuleMatches();
  /** What is open and belongs together, by scope. */
  readonly graphs: Graphs;
  readonly touched = new LatelyTouched();
  private known: Rules;
  private silenced: { readonly revision: number; readonly silences: readonly Silence[] } = {
    revision: 0,
    silences: [],
  };

  constructor(
    readonly incidentProvider: IncidentProvider,
    private readonly log: Log,
    /** What runs where, as far as watchers tell. */
    readonly topology: Topology = NO_TOPOLOGY,
  ) {
    this.graphs = new Graphs(topology);
    this.known = rulesOf(rulesFile.parse({}), { version: 0, incidentProvider });
    rulesInForce(0, 'default');
  }

  /** Those that were in force when they were last asked for. */
  get latest(): Rules {
    return this.known;
  }

  /** Silences, as they were when the rules were last asked for. */
  get silences(): readonly Silence[] {
    return this.silenced.silences;
  }

  /** Those in force. */
  async inForce(tx: Reader): Promise<Rules> {
    const [newest] = await tx.query<{ version: number | null; revision: string | null }>(
      `select (select max(version) from rules) as version, (select max(revision) from silences) as revision`,
    );
    const revision = Number(newest?.revision ?? 0);
    if (revision !== this.silenced.revision) this.silenced = { revision, silences: await loadSilences(tx) };
    const version = newest?.version ?? 0;
    if (version === this.known.version) return this.known;
    const rows = await tx.query<VersionRow>(
      `select version, hash, content from rules where version <= $1 order by version desc limit ${VERSIONS_READ}`,
      [version],
    );
    return this.take(version, rows);
  }

  private take(version: number, rows: readonly VersionRow[]): Rules {
    const [present, ...earlier] = rows.flatMap((row) => {
      const file = this.fileOf(row);
      return file === undefined ? [] : [{ ...row, file }];
    });
    if (present === undefined) {
      this.known = { ...this.known, version };
      return this.known;
    }
    const { incidentProvider } = this;
    // What is asked for is remembered as that, also where an older one has to do.
    const about = {
      version,
      incidentProvider,
      earlier: [...earlier.map(({ file }) => file), rulesFile.parse({})],
    };
    this.known = rulesOf(present.file, about);
    this.log('info', 'other rules are in force', { version: present.version, hash: present.hash });
    rulesInForce(present.version, present.hash);
    return this.known;
  }

  /** Undefined: written for another release; those before it have to do. */
  private fileOf({ version, content }: VersionRow): RulesFile | undefined {
    const read = readRulesFile(content);
    if (read.ok) return read.rules;
    this.log('error', 'a version of the rules cannot be read by this release: one before it is used', {
      version,
      faults: read.faults,
    });
    return undefined;
  }
}
