/** What a program says of its own input, code and settings. */
const OF_PROGRAMS =
  /\b(?:null ?pointer\w*|nil pointer|(?:value|type|key|index|attribute|syntax|assertion|zero ?division)error|indexoutofbounds\w*|classcast\w*|illegalargument\w*|segfault|segmentation fault|sigsegv|divi(?:de|sion) by zero|undefined (?:method|variable|index|symbol)|unmarshal\w*|deserializ\w*|malformed|unparsable|(?:could not|cannot|unable to|failed to) parse|signature mismatch|hmac|parse error|syntax error|unexpected (?:token|end|field)|not defined|does not exist|no such (?:table|column|key|field|file|module|option|flag)|unknown (?:field|flag|column|option|setting)|unsupported|schema version|(?:schema|type|hash|name) mismatch)\b|\bpanic: |\binvalid (?!cert|cred|token|pass|sig)|\bmissing (?:env|file|key|field|column|config|secret|setting|parameter|template|argument|module|font|migration|table|partition)|\b(?:font|template|module|file|key|argument) missing\b/i;
/** What answers, and refuses. */
const REFUSED =
  /\b(?:returned|returns|answered|answers|status(?: code)?|http|got)[: ]+(?:404|403|410)\b|\b(?:404 (?:not found|on)|403 forbidden|maintenance page|bot protection|captcha)\b/i;
/** What people do at a time of their own. */
const PLANNED =
  /\b(?:planned|(?:announced|scheduled|customer) (?:maintenance|work|reboot)|alter table|backup job|disk replacement|a\/b test|campaign|reimage|bulk (?:import|load|export|insert)|backfill|reindex(?:ing)?|ad[- ]hoc|analyst|licen[cs]e (?:file|key|has|is|expired|limit)|trial (?:has )?expired)\b/i;

/** Who runs what it waits for: somebody else. */
const OF_OTHERS =
  /\b(?:vendor|acquirer|acquiring bank|issuer bank|psp|(?:registry|vendor|partner|bank|provider|their) side|(?:at|by|of) (?:the )?(?:provider|partner|vendor|bank|carrier|courier)|(?!bad |api |nat |transit |internet |edge |ingress )[a-z][a-z0-9-]+ gateway (?:returned|returns|answers|answered|declined|refused|timed out))\b/i;

/** Whose fault something is, where that is nothing that anything of ours around it does. */
export type Fault = 'planned' | 'own' | 'others';

/**
 * Whose fault a text says that it is: what people do on purpose, such as an import; its own, such as an input that nobody can read
 * or a table that is not there; or that of somebody else. Undefined: it does not say.
 */
export function faultIn(text: string): Fault | undefined {
  if (PLANNED.test(text)) return 'planned';
  if (OF_PROGRAMS.test(text) || REFUSED.test(text)) return 'own';
  return OF_OTHERS.test(text) ? 'others' : undefined;
}

/** What it does itself, or people do with it, comes from nothing around it; what somebody else does, from nothing of ours. */
export function isOwn(fault: Fault | undefined): boolean {
  return fault === 'own' || fault === 'planned';
}
