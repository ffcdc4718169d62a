import type { Source } from '@gomon/contracts';
import type { Fault } from './fault.js';
import type { Burst } from './group-keys.js';
import type { Key } from './keys.js';
import type { Role } from './kinds.js';

/** Texts and lists: most of what is known of an alert, and seldom asked for while nothing is like it. */
export interface Details {
  /** What people call the alert. */
  readonly title: string;
  /** What it says is ill: others may follow from that. */
  readonly offers: readonly Key[];
  /** What it stands on, itself included: it may follow from what is ill with that. */
  readonly needs: readonly Key[];
  /** Of what it offers what is its own, and of what it needs what it only names. */
  readonly owns: readonly Key[];
  readonly mentions: readonly Key[];
  /** What another one may be called, beside what its text names: values of labels that nobody knows, `orders` of `orders-dlq`. */
  readonly points: readonly Key[];
  /** Nodes that it stands on. */
  readonly nodes: readonly Key[];
  /** Two with one of these, at about one time, are two words for one thing. */
  readonly alike: readonly string[];
  /** Many with one of these within a short time are no chance. */
  readonly bursts: readonly Burst[];
  /** What it is about, to tell many from many times the same. */
  readonly subject: string;
  /** Where in the world they say that it is, by the names of the labels. */
  readonly areas: ReadonlyMap<string, string>;
}

type Folded = Omit<Details, 'areas'> & { readonly areas: readonly (readonly [string, string])[] };

function foldedOf(details: Details): string {
  const folded: Folded = { ...details, areas: [...details.areas] };
  return JSON.stringify(folded);
}

/** So many of those that are put away are at hand because somebody asked for them. */
const MOST_AT_HAND = 1_000;
const atHand: Traits[] = [];

/**
 * What correlation knows of an alert; it stays the same for as long as the alert lives. Details that are put away are one text,
 * and are taken out when somebody asks for them: a hundred things fewer for the garbage collector, a third of the memory.
 */
export class Traits implements Details {
  readonly id: string;
  readonly fingerprint: string;
  readonly role: Role;
  readonly source: Source;
  /** Milliseconds since the epoch. */
  readonly onset: number;
  /** It may have been ill for so long before: its source waits until it says so. Milliseconds. */
  readonly heldMs: number;
  /** They differ where both say: nothing of one follows from the other. */
  readonly cluster: string;
  readonly environment: string;
  readonly namespace: string;
  /** Namespaces to which its ingress leads: services there are its own as well. */
  readonly reaches: readonly string[];
  /** It says so: by where it is, or by its name. */
  readonly isInKubernetes: boolean;
  /** It says what will be, and not what is. */
  readonly isForecast: boolean;
  /** Whose fault it says that it is; undefined: it does not say. */
  readonly fault: Fault | undefined;
  /** It comes and goes all the time: that something happens beside it proves little. */
  readonly isHabit: boolean;
  private details: Details | undefined;
  private folded: string | undefined;

  constructor(about: Omit<Traits, keyof Details | 'putAway' | 'keepAtHand'>, details: Details) {
    this.id = about.id;
    this.fingerprint = about.fingerprint;
    this.role = about.role;
    this.source = about.source;
    this.onset = about.onset;
    this.heldMs = about.heldMs;
    this.cluster = about.cluster;
    this.environment = about.environment;
    this.namespace = about.namespace;
    this.reaches = about.reaches;
    this.isInKubernetes = about.isInKubernetes;
    this.isForecast = about.isForecast;
    this.fault = about.fault;
    this.isHabit = about.isHabit;
    this.details = details;
    this.folded = undefined;
  }

  get title(): string {
    return this.present.title;
  }

  get offers(): readonly Key[] {
    return this.present.offers;
  }

  get needs(): readonly Key[] {
    return this.present.needs;
  }

  get owns(): readonly Key[] {
    return this.present.owns;
  }

  get mentions(): readonly Key[] {
    return this.present.mentions;
  }

  get points(): readonly Key[] {
    return this.present.points;
  }

  get nodes(): readonly Key[] {
    return this.present.nodes;
  }

  get alike(): readonly string[] {
    return this.present.alike;
  }

  get bursts(): readonly Burst[] {
    return this.present.bursts;
  }

  get subject(): string {
    return this.present.subject;
  }

  get areas(): ReadonlyMap<string, string> {
    return this.present.areas;
  }

  /** For what is alone: nobody is likely to ask soon. */
  putAway(): void {
    const { details } = this;
    if (details === undefined) return;
    this.folded ??= foldedOf(details);
    this.details = undefined;
  }

  /** For what belongs with others: it is asked for whenever one of those changes. */
  keepAtHand(): void {
    this.details = this.present;
    this.folded = undefined;
  }

  private get present(): Details {
    return this.details ?? this.takeOut();
  }

  private takeOut(): Details {
    const { areas, ...folded } = JSON.parse(this.folded ?? '') as Folded;
    const details = { ...folded, areas: new Map(areas) };
    if (atHand.length >= MOST_AT_HAND) for (const one of atHand.splice(0)) one.letGo();
    atHand.push(this);
    this.details = details;
    return details;
  }

  private letGo(): void {
    if (this.folded !== undefined) this.details = undefined;
  }
}
