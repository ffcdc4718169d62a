import type { Actor, Role, RulesFile } from '@gomon/contracts';
import type { Rules } from './rules.js';

/** Who uses GoMon, by what we see of them. */
export interface People {
  readonly bySlack: ReadonlyMap<string, Person>;
  readonly byToken: ReadonlyMap<string, Person>;
  readonly byProvider: ReadonlyMap<string, Person>;
  readonly byName: ReadonlyMap<string, Person>;
  /** Nobody is named: everybody may do everything. */
  readonly isEmpty: boolean;
}

export interface Person {
  readonly name: string;
  readonly role: Role;
  readonly slack?: string | undefined;
}

const RANK = { viewer: 0, responder: 1, admin: 2 } as const satisfies Record<Role, number>;

export function peopleOf(people: RulesFile['people']): People {
  return {
    bySlack: new Map(people.flatMap((one) => (one.slack === undefined ? [] : [[one.slack, one] as const]))),
    byProvider: new Map(
      people.flatMap((one) => (one.provider === undefined ? [] : [[one.provider, one] as const])),
    ),
    byToken: new Map(people.flatMap((one) => one.tokens.map((token) => [token, one] as const))),
    byName: new Map(
      people.flatMap((one) =>
        [one.name, ...(one.email === undefined ? [] : [one.email])].map((key) => [key, one] as const),
      ),
    ),
    isEmpty: people.length === 0,
  };
}

export function personOf(actor: Actor, people: People): Person | undefined {
  switch (actor.kind) {
    case 'slack':
      return people.bySlack.get(actor.id);
    case 'api':
      return people.byToken.get(actor.id);
    case 'webhook':
      return people.byProvider.get(actor.id);
    case 'source':
    case 'system':
      return undefined;
  }
}

/** By which Slack notifies somebody, given as who did something or by name; undefined: that is not known. */
export function slackIdOf(who: Actor | string, people: People): string | undefined {
  if (typeof who === 'string') return people.byName.get(who)?.slack;
  return who.kind === 'slack' ? who.id : personOf(who, people)?.slack;
}

/** Why somebody may not do what needs a role; undefined: they may. The one guard of all commands. */
export function forbidden(
  actor: Actor,
  needed: Role | 'system',
  { people }: Pick<Rules, 'people'>,
): string | undefined {
  if (actor.kind === 'system') return undefined;
  if (needed === 'system') return 'that is for the services alone';
  const person = personOf(actor, people);
  const who = person?.name ?? actor.name ?? actor.id;
  if (actor.role !== undefined && RANK[actor.role] < RANK[needed]) {
    return `the token of ${who} is for a ${actor.role}: that takes ${needed === 'admin' ? 'an' : 'a'} ${needed}`;
  }
  if (people.isEmpty) return undefined;
  // A token that was made with a role needs nobody behind it.
  const role = person?.role ?? actor.role ?? 'viewer';
  if (RANK[role] >= RANK[needed]) return undefined;
  const known = person === undefined ? 'is not among the people in the rules' : `is a ${role}`;
  return `${who} ${known}: that takes ${needed === 'admin' ? 'an' : 'a'} ${needed}`;
}
