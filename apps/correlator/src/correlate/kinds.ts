import {
  ANY_KIND,
  compileMatchers,
  CORRELATION_PACK,
  type Correlation,
  type KindRule,
  type Labels,
  type Matcher,
  type PatternRule,
  type Via,
} from '@gomon/contracts';
import { phraseIndex, wordsOf } from './words.js';

/** What is known to follow from what. Times are in milliseconds. */
export interface Pattern {
  readonly name: string;
  readonly via: ReadonlySet<Via>;
  readonly withinMs: number;
  readonly earlyMs: number;
  readonly weight: number;
}

/** A pattern for what shares nothing with its cause but the time. */
export interface SolePattern {
  readonly pattern: Pattern;
  readonly isCause: (role: Role) => boolean;
  readonly isEffect: (role: Role) => boolean;
  /** Only what is urgent follows by it. */
  readonly urgent: boolean;
}

/** What kind of alert something is. */
export interface Kind {
  readonly name: string;
  /** The likely cause lies deepest. */
  readonly depth: number;
  readonly about: Via | undefined;
  /** Texts of other alerts name it as their reason. */
  readonly isNamed: boolean;
  /** Workloads are known to be parts of it. */
  readonly hasParts: boolean;
}

/** The rules by which alerts are put together, ready to be used. */
export interface Pack {
  readonly enabled: boolean;
  /** Of an alert, by its name and the words of its text; the same for all alerts that patterns see alike. */
  roleOf(labels: Labels, name: string, words: string, as?: Kind): Role;
  /** Kinds that a text, by its words, names as its reason. */
  reasonsIn(words: string): readonly string[];
  /** The kind of what a workload is a part of, such as `dns` of CoreDNS. */
  componentOf(workload: string): Kind | undefined;
  /** Patterns for alerts that follow from the only thing that explains them. */
  readonly sole: readonly SolePattern[];
  /** Patterns by which alerts of one kind follow from those of another. */
  between(cause: Role, effect: Role): readonly Pattern[];
}

/** What patterns see of an alert: its kind, and the sides of patterns with matchers that it is on. */
export interface Role {
  readonly kind: Kind;
  readonly sides: readonly string[];
  /** A pattern with a matcher names it as a cause, whatever its kind. */
  readonly leads: boolean;
}

const OTHER: Kind = { name: 'other', depth: 9.4, about: undefined, isNamed: false, hasParts: false };
const CERTIFICATES = new Set(['certificate', 'expires-soon']);
const OUTSIDE = new Set(['probe', 'impact']);
const LOSSES = new Set(['node-down', 'zone-down', 'facility']);
/** What lies as deep as nodes, or deeper: much stands on it. */
export const DEEP = 4;
/** They follow from nothing and nothing follows from them. */
const ALONE = new Set(['info']);
/** What Nagios and Icinga call their checks by: `check_raid`. */
const PLUGIN = 'check_';
/** So many names of alerts are remembered with their kinds. */
const REMEMBERED = 1_000;

/** What no kind says what it is. */
export function isUnknown({ name }: Kind): boolean {
  return name === OTHER.name;
}

const SYMPTOMS_FROM = 9;

/** It says that something does not work, and not why. */
export function isSymptom({ depth }: Kind): boolean {
  return depth >= SYMPTOMS_FROM;
}

/** What tells how long a certificate is still good. */
export function isOfCertificate({ name }: Kind): boolean {
  return CERTIFICATES.has(name);
}

/** What tells that a machine, or a whole place of them, is gone: two of these at one place at about one time are one loss. */
export function isLoss({ name }: Kind): boolean {
  return LOSSES.has(name);
}

/** Whether it is about a data store, a queue or the like. */
export function isStore({ name }: Kind): boolean {
  return name.startsWith('datastore') || name === 'replication';
}

/** What lags behind, or is only said, shows nothing of the store that it reads from. */
export function isOfReaders({ name }: Kind): boolean {
  return name === 'lag' || name === 'info';
}

/** What those see who use it. */
export function isSeenFromOutside({ name }: Kind): boolean {
  return OUTSIDE.has(name);
}

export function packOf(file: Correlation): Pack {
  const kindRules = [...file.kinds, ...(file.defaults ? CORRELATION_PACK.kinds : [])];
  const patternRules = [...file.patterns, ...(file.defaults ? CORRELATION_PACK.patterns : [])];
  const once = interned();
  const kinds = kindRules.map((rule) => once(kindBy(rule)));
  const kindsIn = phraseIndex(kindRules.map(({ says }) => says));
  const named = kindRules.filter((rule) => rule.named !== undefined);
  const reasonsIn = phraseIndex(named.map((rule) => rule.named ?? []));
  const composed = kindRules.filter((rule) => rule.parts !== undefined);
  const components = composed.map((rule) => once(kindBy(rule)));
  const componentsIn = phraseIndex(composed.map((rule) => rule.parts ?? []));
  const byWorkload = new Map<string, Kind | undefined>();
  const sides = patternRules.flatMap((rule, index) => sidesOf(rule, index));
  const compiledRules = patternRules.map((rule, index) => ({ ...compiled(rule, index), sole: rule.sole }));
  const patterns = compiledRules.filter(({ sole }) => !sole);
  const byName = new Map<string, Kind | undefined>();
  const roles = new Map<Kind, Map<string, Role>>();
  const byPair = new Map<Role, Map<Role, readonly Pattern[]>>();

  function kindByName(name: string): Kind | undefined {
    if (byName.has(name)) return byName.get(name);
    const found = kindsSaid(wordsOf(name.startsWith(PLUGIN) ? name.slice(PLUGIN.length) : name))[0];
    if (byName.size >= REMEMBERED) byName.clear();
    byName.set(name, found);
    return found;
  }

  /** `check_raid` says what it is about, and its text what is wrong with that. */
  function kindByBoth(name: string, words: string): Kind | undefined {
    return name.startsWith(PLUGIN)
      ? kindsSaid(`${wordsOf(name.slice(PLUGIN.length))}${words}`)[0]
      : undefined;
  }

  function kindsSaid(words: string): readonly Kind[] {
    return kindsIn(words).flatMap((index) => kinds[index] ?? []);
  }

  return {
    enabled: file.enabled,
    sole: compiledRules.filter(({ sole }) => sole),
    roleOf(labels, name, words, as) {
      const said =
        (name === '' ? undefined : (kindByName(name) ?? kindByBoth(name, words))) ??
        kindsSaid(words).find(isShown) ??
        OTHER;
      const kind = as === undefined ? said : once(partlyAs(as, said));
      const on = sides.filter(({ test }) => test(labels)).map(({ id }) => id);
      const ofKind = roles.get(kind) ?? new Map<string, Role>();
      roles.set(kind, ofKind);
      const key = on.join(' ');
      const role = ofKind.get(key) ?? { kind, sides: on, leads: on.some((side) => side.includes('/cause/')) };
      ofKind.set(key, role);
      return role;
    },
    reasonsIn(words) {
      return reasonsIn(words).flatMap((index) => named[index]?.name ?? []);
    },
    componentOf(workload) {
      if (byWorkload.has(workload)) return byWorkload.get(workload);
      const found = components[componentsIn(wordsOf(workload))[0] ?? -1];
      if (byWorkload.size >= REMEMBERED) byWorkload.clear();
      byWorkload.set(workload, found);
      return found;
    },
    between(cause, effect) {
      const ofCause = byPair.get(cause) ?? new Map<Role, readonly Pattern[]>();
      byPair.set(cause, ofCause);
      const known = ofCause.get(effect);
      if (known !== undefined) return known;
      const found = patterns
        .filter(({ isCause, isEffect }) => isCause(cause) && isEffect(effect))
        .map(({ pattern }) => pattern);
      ofCause.set(effect, found);
      return found;
    },
  };
}

/** A summary names the causes of an alert as well as the alert: what it says counts less than its name, and never for a cause. */
function isShown({ name, depth }: Kind): boolean {
  return depth >= SHALLOW && !ALONE.has(name);
}

/** That a workload is not there, or not seen, says less than what says of what it is a part of that it is down. */
function partlyAs(as: Kind, said: Kind): Kind {
  return said.depth < NOT_THERE ? as : { ...as, depth: as.depth + A_LITTLE };
}

const NOT_THERE = 9;
const A_LITTLE = 0.05;

/** What lies deeper is believed from the name of an alert only. */
const SHALLOW = 7;

/** One object for all kinds that are the same. */
function interned(): (kind: Kind) => Kind {
  const known = new Map<string, Kind>();
  return (kind) => {
    const key = `${kind.name} ${kind.depth} ${kind.about} ${kind.isNamed} ${kind.hasParts}`;
    const found = known.get(key) ?? kind;
    known.set(key, found);
    return found;
  };
}

function kindBy({ name, depth, about, named, parts }: KindRule): Kind {
  return { name, depth, about, isNamed: named !== undefined, hasParts: parts !== undefined };
}

function sideId(pattern: number, side: 'cause' | 'effect', index: number): string {
  return `${pattern}/${side}/${index}`;
}

/** The sides of a pattern that are matchers. */
function sidesOf(
  rule: PatternRule,
  place: number,
): readonly { readonly id: string; readonly test: (labels: Labels) => boolean }[] {
  return (['cause', 'effect'] as const).flatMap((side) =>
    rule[side].flatMap((one, index) =>
      isMatcher(one) ? [{ id: sideId(place, side, index), test: compileMatchers([one]) }] : [],
    ),
  );
}

function compiled(rule: PatternRule, place: number): SolePattern {
  const isOn = (side: 'cause' | 'effect') => {
    const names = new Set(
      rule[side].map((one, index) => (isMatcher(one) ? sideId(place, side, index) : one)),
    );
    return ({ kind, sides }: Role) =>
      (names.has(ANY_KIND) && !ALONE.has(kind.name)) ||
      names.has(kind.name) ||
      sides.some((one) => names.has(one));
  };
  return {
    pattern: {
      name: rule.name,
      via: new Set(rule.via),
      withinMs: rule.within,
      earlyMs: rule.early,
      weight: rule.weight,
    },
    urgent: rule.urgent,
    isCause: isOn('cause'),
    isEffect: isOn('effect'),
  };
}

function isMatcher(one: string | Matcher): one is Matcher {
  return typeof one !== 'string';
}
