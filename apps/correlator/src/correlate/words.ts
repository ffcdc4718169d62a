import { Collected } from './collected.js';

/** `KubeNodeNotReady`, `kube-node_notReady` and `Kube node not ready` read the same: ` kube node not ready `. */
export function wordsOf(text: string): string {
  const beginning = text.slice(0, LONGEST_TEXT);
  return wordsOfAscii(beginning) ?? wordsOfAny(beginning);
}

function wordsOfAny(text: string): string {
  const spaced = text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{Nd}]+/gu, ' ')
    .trim();
  return ` ${spaced} `;
}

const SPACE = 0x20;
/** What makes a capital letter of ASCII a small one. */
const TO_LOWER = 0x20;
const OTHER = 0;
const DIGIT = 1;
const LOWER = 2;
const UPPER = 3;
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[0-9]/.test(character)) return DIGIT;
  if (/[a-z]/.test(character)) return LOWER;
  return /[A-Z]/.test(character) ? UPPER : OTHER;
});

/** The same in one pass for what nearly all texts are; undefined: it has other letters. Each letter may bring a space with it. */
function wordsOfAscii(text: string): string | undefined {
  let size = 0;
  let before = OTHER;
  written[size++] = SPACE;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const is = CLASSES[code];
    if (is === undefined) return undefined;
    if (is !== OTHER) {
      const isNewWord =
        is === UPPER && (before === UPPER ? CLASSES[text.charCodeAt(at + 1)] === LOWER : before !== OTHER);
      if (isNewWord) written[size++] = SPACE;
      written[size++] = is === UPPER ? code + TO_LOWER : code;
    } else if (before !== OTHER) written[size++] = SPACE;
    before = is;
  }
  if (before !== OTHER || size === 1) written[size++] = SPACE;
  return written.toString('latin1', 0, size);
}

/** More than anybody reads of an alert. */
const LONGEST_TEXT = 1_000;
const written = Buffer.allocUnsafe(2 * LONGEST_TEXT + 2);

/** Most texts match nothing: to see that costs less than to ask for all matches. */
function matchesIn(text: string, expression: RegExp): readonly RegExpMatchArray[] {
  return text.search(expression) < 0 ? [] : [...text.matchAll(expression)];
}

const NO_RULES: readonly number[] = [];
const NOTHING: readonly string[] = [];

/**
 * Of rules, each of phrases that all must be found by one of their alternatives, those that words fulfil, in the order of the
 * rules. What is looked at is what the words begin: a text is asked once, however many rules there are.
 */
export function phraseIndex(rules: readonly (readonly string[])[]): (words: string) => readonly number[] {
  const byFirstWord = new Map<string, { rule: number; bit: number; phrase: string }[]>();
  const wanted: number[] = [];
  for (const [rule, phrases] of rules.entries()) {
    wanted.push(2 ** phrases.length - 1);
    for (const [place, alternatives] of phrases.entries())
      for (const phrase of alternatives.split('|').map(wordsOf)) {
        const [first = ''] = phrase.trim().split(' ');
        if (first === '') continue;
        const known = byFirstWord.get(first) ?? [];
        byFirstWord.set(first, known);
        known.push({ rule, bit: 2 ** place, phrase });
      }
  }
  return (words) => {
    let found: Map<number, number> | undefined;
    for (let from = 0; from < words.length;) {
      const space = words.indexOf(' ', from);
      const end = space < 0 ? words.length : space;
      const begun = end > from ? byFirstWord.get(words.slice(from, end)) : undefined;
      if (begun !== undefined) {
        found ??= new Map<number, number>();
        for (const { rule, bit, phrase } of begun)
          if (words.startsWith(phrase, from - 1)) found.set(rule, (found.get(rule) ?? 0) | bit);
      }
      from = end + 1;
    }
    if (found === undefined) return NO_RULES;
    const fulfilled: number[] = [];
    for (const [rule, bits] of found) if (bits === wanted[rule]) fulfilled.push(rule);
    return fulfilled.sort((one, other) => one - other);
  };
}

/** Groups of hosts that have nothing in common but what they are, as Zabbix calls them: `linux_servers`. */
const ANY_HOSTS = 'all linux windows unix zabbix discovered virtual physical network'
  .split(' ')
  .flatMap((which) =>
    ['servers', 'hosts', 'machines', 'devices', 'nodes'].flatMap((what) => [
      `${which}_${what}`,
      `${which}-${what}`,
      `${which} ${what}`,
    ]),
  );

/** What alerts are often about without saying anything by it. */
const COMMON = new Set([
  ...ANY_HOSTS,
  ...`the and for with from into that this has have had was were are not but its over under than then been being per min
  minute minutes hour hours second seconds day days last first next more less high low very too all any each other one two
  three most some many few error errors failed failing failure failures fail fails timeout timeouts timing timed latency slow
  request requests response responses rate rates ratio count total value values current currently above below threshold
  percent percentage usage used free full pod pods node nodes service services container containers deployment deployments
  namespace cluster production prod staging stage dev test app apps api web http https tcp udp url host hosts instance
  instances server servers status state alert alerts alertname firing resolved warning critical info page severity summary
  description check checks health healthy unhealthy ready unready down available unavailable unreachable reachable running
  restart restarts restarting crash crashing crashed looping memory disk cpu network connection connections connect connecting
  database cache queue topic message messages consumer consumers producer producers lag job jobs task tasks worker workers
  calls call calling called client clients user users traffic load start started starting stop stopped since within after
  before because due cannot can could does did will would should may might exit code codes returned returns return reason
  unknown null true false none new old out off own same near about between times time
  queries query read reads write writes replica replicas volume volumes image images back seen see found find kubernetes k8s
  aws region zone primary secondary main upstream downstream endpoint endpoints dependency provider
  pool slots exhausted expired certificate secret config version release rollout deploy node-exporter budget burn slo p99 p95
  p50 ms gib mib percentile`
    .split(/\s+/)
    .filter((word) => word !== ''),
]);

/** Words of a status, and no gateway. */
const BAD_GATEWAY = /bad gateway|gateway time-?out/g;
const TOKEN = /[a-z0-9][a-z0-9._-]*[a-z0-9]/g;
/** More of them would be text and not names. */
const MOST_TOKENS = 40;

/** Words that may be names of something: whether they are is seen when an alert is about such a thing. */
export function namesIn(text: string): readonly string[] {
  const found = new Collected();
  const plain = text.slice(0, LONGEST_TEXT).toLowerCase().replaceAll(BAD_GATEWAY, ' ');
  for (const token of plain.match(TOKEN) ?? NOTHING) {
    if (
      token.length < 2 ||
      (token.length === 2 && !/^[a-z]\d$/.test(token)) ||
      token.length > 80 ||
      COMMON.has(token) ||
      isNumber(token)
    )
      continue;
    found.add(token);
    // `at least 2 live ingesters` are those of `ingester`.
    if (/[a-z]{3}(?<!s)s$/.test(token)) found.add(token.slice(0, -1));
    // `orders-db.shop` and `orders-db.abc.rds.example` are called `orders-db`.
    const [first = ''] = token.split('.');
    if (first.length >= 3 && first !== token && !COMMON.has(first) && !isNumber(first)) found.add(first);
    if (found.size >= MOST_TOKENS) break;
  }
  return found.list;
}

const PROPER = /(?<![.!?:] |^)\b([A-Z][a-z]{2,}) ([A-Z][a-z]{2,})\b/g;

/** Proper names of two words, as others write them in one: `Traffic Director` is `traffic-director`. */
export function properNamesIn(text: string): readonly string[] {
  return matchesIn(text.slice(0, LONGEST_TEXT), PROPER).map(([, one = '', other = '']) =>
    `${one}-${other}`.toLowerCase(),
  );
}

const TWO_WORDS =
  /(?:^|[.:;,] |\b(?:the|from|through|via|to|by|of|on|in|at|behind|calling|for|with|into|against|and) )(?:(?:and|the) )?([a-z][a-z0-9]{2,}) ([a-z][a-z0-9]{2,})\b/g;

/** Two words that may be one name elsewhere, where a name may stand: `through the edge proxy` is `edge-proxy`. */
export function pairsOfWordsIn(text: string): readonly string[] {
  const found = new Collected();
  for (const [, one = '', other = ''] of text.slice(0, LONGEST_TEXT).matchAll(TWO_WORDS))
    if (!COMMON.has(one) && !COMMON.has(other)) found.add(`${one}-${other}`);
  return found.list;
}

const REGION = /^[a-z]{2}-(?:[a-z]+-)+\d$/;

/** Regions that names of hosts in a text say: `mimir.eu-west-1.internal`. */
export function regionsIn(text: string): readonly string[] {
  if (!text.includes('-')) return NOTHING;
  return [...new Set(text.split(/[^a-z0-9-]+/).filter((one) => REGION.test(one)))];
}

/** A number with its unit, but no address. */
function isNumber(token: string): boolean {
  return /^[\d.:-]+[a-z%]{0,3}$/.test(token) && !/^(?:\d{1,3}\.){3}\d{1,3}$/.test(token);
}

/** A word that was made up to be a name: `orders-db`, `api2`, `10.2.0.1`; regions are none. */
export function isIdentifier(word: string): boolean {
  return (
    /[-._\d]/.test(word) &&
    /[a-z]|\d\.\d/.test(word) &&
    !/^[a-z]{2}-[a-z]+-\d[a-z]?$/.test(word) &&
    !isNumber(word)
  );
}

export function isCommonWord(word: string): boolean {
  return COMMON.has(word);
}

const DEPENDENCY =
  /\b(?:calling|calls? to|connect(?:ing|ions?)? (?:to|with)|reach(?:ing)?|timeouts? (?:to|from|on|against)|timed out (?:on|to|against|waiting for)|timing out (?:on|to|against)|waiting (?:for|on)|talking to|requests? to|queries to|errors? from|upstream|dependency|provider|responses? from|pulling from|pull from)[ :"'`]+([a-z0-9][a-z0-9._-]*[a-z0-9])/g;

/** What a text says that it waits for or calls. */
export function dependenciesIn(text: string): readonly string[] {
  const found = new Collected();
  for (const [, name = ''] of matchesIn(text.slice(0, LONGEST_TEXT).toLowerCase(), DEPENDENCY))
    if (name.length >= 3 && !COMMON.has(name)) found.add(name);
  return found.list;
}

const HOST = /\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}\b/gi;
/** They look like names of hosts and are files, or addresses inside a cluster that name a service. */
const NO_HOST = /\.(?:svc|local|internal|cluster|yaml|yml|json|log|conf|go|java|js|ts|py|sh|crt|pem|key)$/;

/** Names of packages and what is in them, as exceptions have them: `java.lang.NullPointerException`. */
const PACKAGE = /^(?:com|org|io|net|java|javax|kotlin|scala)\.|[a-z][A-Z]|[A-Z][a-z]/;

/** Names of hosts in a text. */
export function hostsIn(text: string): readonly string[] {
  if (!text.includes('.')) return NOTHING;
  const found = new Collected();
  for (const named of text.slice(0, LONGEST_TEXT).match(HOST) ?? NOTHING) {
    const host = named.toLowerCase();
    if (!NO_HOST.test(host) && !PACKAGE.test(named)) found.add(host);
  }
  return found.list;
}

const IMAGE =
  /(\/\/)?\b((?:[a-z0-9-]+\.)+[a-z]{2,24}(?::\d+)?)\/([a-z0-9._/-]+)(?::[a-z0-9._-]+|@sha256:[0-9a-f]+)?/g;
/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints */
const OF_REGISTRY = /^v2\b/;

/** Registries of the images in a text. Any other address of the web is that of no registry. */
export function registriesIn(text: string): readonly string[] {
  if (!text.includes('/')) return NOTHING;
  const found = new Collected();
  for (const [, scheme, host = '', path = ''] of matchesIn(text.slice(0, LONGEST_TEXT).toLowerCase(), IMAGE))
    if (scheme === undefined || OF_REGISTRY.test(path)) found.add(host);
  return found.list;
}
