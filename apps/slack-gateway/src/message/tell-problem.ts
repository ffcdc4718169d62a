import { isUrgent, type Told } from '@gomon/contracts';
import type { Waits } from '@gomon/service';
import { again, done, NewestVersions, type Held, type Outcome } from '@gomon/messaging';
import type { Claim, Posted, SlackClaims } from '../claim/claim.js';
import { RETRY_MS, type FirstPost } from './first-post.js';
import type { MessageUpdate } from './message-update.js';
import { nextReply } from './pending-reply.js';
import type { Record } from './record-told.js';
import type { Replies } from './replies.js';
import type { SlackMessages } from './slack-messages.js';
import { priorityOf, waitFor, type Newest, type Telling } from './telling.js';

/** A post, an announcement, an update, a digest, or what was found of them. */
const MOST_STEPS = 6;
/** A first version older than this may be a replay of the stream: the record says whether it was told. */
const NEWS_MS = 10 * 60_000;

/** Brings Slack to the state that a fact describes: one parent message a problem. */
export class TellProblem {
  private readonly versions = new NewestVersions<Telling>();

  constructor(
    private readonly messages: SlackMessages,
    private readonly claims: SlackClaims,
    private readonly first: FirstPost,
    private readonly updates: MessageUpdate,
    private readonly replies: Replies,
    private readonly record: Record,
    private readonly clock: () => number = Date.now,
  ) {}

  /** @throws PublishError, QueryError and what NATS throws: nothing is lost, it has to be told again */
  async tell(telling: Telling): Promise<Outcome> {
    const wait = this.lineOf(telling);
    if (wait !== undefined) return waitFor(wait);
    return this.versions.alone(telling, async (newest) => {
      let held = await this.known(telling);
      for (let step = 0; step < MOST_STEPS; step += 1) {
        if (held?.claim.state === 'posted' && isReached(held.claim, newest(), telling)) {
          const { claim, revision } = held;
          return this.finish(telling, { claim, revision }, step > 0);
        }
        const next = await this.bring(newest, held);
        if ('kind' in next) return next;
        held = next;
      }
      return again(RETRY_MS, 'it changes faster than it can be told');
    });
  }

  /** A backlog of thousands is put off again and again: that must cost no look at claim and record. */
  private lineOf(telling: Telling): Waits | undefined {
    const { version, told: records, announced } = telling.problem;
    const told = records.find(({ receiver }) => receiver === 'slack');
    // A later version that nobody is known to have told may be a first post: the claim says so.
    if (told === undefined && version > 1) return undefined;
    const isAnnounced = told !== undefined && (announced?.version ?? 1) <= (told.announced ?? told.version);
    const method = isAnnounced ? 'chat.update' : 'chat.postMessage';
    return this.messages.lineOf(method, telling.tell.channel, priorityOf(telling));
  }

  /** One step towards the newest state. */
  private bring(newest: Newest, held: Held<Claim> | undefined): Promise<Outcome | Held<Posted>> {
    if (held === undefined) return this.begin(newest);
    const { claim, revision } = held;
    if (claim.state === 'posting') return this.first.resolve(newest, { claim, revision });
    return nextReply(newest().problem, claim) === undefined
      ? this.updates.update(newest, { claim, revision })
      : this.replies.reply(newest, { claim, revision });
  }

  /** A problem that nobody has heard of is told as it is by now; what is part of another one meanwhile is told with that. */
  private async begin(newest: Newest): Promise<Outcome | Held<Posted>> {
    const present = await this.present(newest());
    const { problem } = newerOf(newest(), present);
    if (problem.mergedInto !== undefined) return done;
    return this.first.post(() => newerOf(newest(), present), { revision: 0 });
  }

  /** What is urgent is told as its fact says the first time: it has not waited for anything then. */
  private async present(telling: Telling): Promise<Telling> {
    const { problem, attempt } = telling;
    if (attempt === 1 && isUrgent(problem.severity)) return telling;
    const routed = await this.record.present(problem.id);
    return routed === undefined ? telling : { ...routed, attempt };
  }

  /**
   * The claim; one that the bucket has lost stands in the record: in the fact, or, where that is older, by query. For news
   * there is none; were there one all the same, ours would not be taken.
   */
  private async known({ problem, attempt }: Telling): Promise<Held<Claim> | undefined> {
    const isNews =
      problem.version === 1 && attempt === 1 && this.clock() - Date.parse(problem.updatedAt) < NEWS_MS;
    if (isNews) return undefined;
    const held = await this.claims.read(problem.id);
    if (held !== undefined) return held;
    const told = problem.told.find(({ receiver }) => receiver === 'slack');
    const record = told ?? (await this.record.toldOf(problem.id));
    return record === undefined ? undefined : this.claims.write(problem.id, postedOf(record), 0);
  }

  /**
   * The record in PostgreSQL follows what stands in Slack; it is written once more when in doubt. What a newer telling has
   * told, that one records.
   */
  private async finish({ problem, attempt }: Telling, held: Held<Posted>, isOurs: boolean): Promise<Outcome> {
    const { claim } = held;
    if (!isOurs && claim.version > problem.version) return done;
    const recorded = problem.told.find(({ ts }) => ts === claim.ts)?.version ?? 0;
    if (isOurs || attempt > 1 || recorded < claim.version) await this.record.told(problem.id, claim);
    return this.first.settle({ problem, attempt }, held);
  }
}

/** The message shows what was to be told, and nothing is left to be announced. */
function isReached(claim: Posted, newest: Telling, { problem }: Telling): boolean {
  return claim.version >= problem.version && nextReply(newest.problem, claim) === undefined;
}

function newerOf(one: Telling, other: Telling): Telling {
  return other.problem.version > one.problem.version ? other : one;
}

function postedOf({
  channel,
  channelId,
  ts,
  version,
  announced = version,
  digested = version,
}: Told): Posted {
  return { state: 'posted', channel, channelId, ts, version, announced, digested };
}
