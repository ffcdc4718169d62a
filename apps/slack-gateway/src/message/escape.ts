import { cutText } from '@gomon/contracts';

/**
 * Text from outside for mrkdwn: `&`, `<` and `>` are all that Slack reads as control
 * (https://docs.slack.dev/messaging/formatting-message-text#escaping). Escaped, no `<!channel>` pings anybody. In plain_text
 * these three stand as entities too, and nothing else has a meaning.
 */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Escaped and cut so that the escaped text fits: never in the middle of a character or an entity. */
export function fitted(text: string, longest: number): string {
  const plain = cutText(clean(text), longest);
  const whole = escaped(plain);
  if (whole.length <= longest) return whole;
  let most = longest;
  for (let cut = escaped(cutText(plain, most)); ; cut = escaped(cutText(plain, most))) {
    if (cut.length <= longest) return cut;
    most -= Math.max(1, Math.ceil((cut.length - longest) / 5));
  }
}

/** On one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Nothing to see: white space and characters without a shape of their own. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{C}]/u.test(text);
}

/** What a template or a program leaves where there was no value: it tells nobody anything. */
export function meaningful(text: string): string {
  const rest = text.replaceAll(/<no value>|\[no value\]/g, '').trim();
  return isBlank(rest) || /^(undefined|null|NaN|nil|<nil>|\[object Object\])$/i.test(rest) ? '' : rest;
}

/** Characters that change the direction or the look of what follows do not leave their text. */
function clean(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\ufeff]/gu, '');
}

/**
 * A web address that can be clicked, as it came but for what could end the markup, which is percent-encoded. Undefined when
 * it is none, or longer than `longest`.
 */
export function safeUrl(text: string, longest: number): string | undefined {
  const address = text.trim();
  if (address.length > longest || !/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const encoded = address
    .toWellFormed()
    .replace(/[|<>\s\p{Cc}\p{Cf}]/gu, (character) => encodeURIComponent(character));
  return encoded.length > longest ? undefined : encoded;
}

/** `<url|label>`. */
export function link(url: string, label: string): string {
  return `<${url.replaceAll('&', '&amp;')}|${fitted(label.replaceAll('|', '/'), 100)}>`;
}

/** A time as each reader's own clock shows it, with UTC for clients that cannot. */
export function slackTime(time: string): string {
  const seconds = Math.floor(Date.parse(time) / 1_000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${time.slice(0, 16).replace('T', ' ')} UTC>`;
}
