import { cutText } from '@gomon/contracts';

/**
 * Text from outside for mrkdwn: `&`, `<` and `>` are all that Slack reads as control
 * (https://docs.slack.dev/messaging/formatting-message-text#escaping). Escaped, no `<!channel>` pings anybody. What would
 * become bold, code or a bare mention by looks alone is left to be read.
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

/** Characters that change the direction or the look of what follows do not leave their text. */
function clean(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\ufeff]/gu, '');
}

/** A link that can be clicked, percent-encoded so that nothing in it ends the markup; undefined when it is no web address. */
export function safeUrl(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 2_000) return undefined;
  try {
    const url = new URL(text);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
    const encoded = url.href.replace(/[|<>"\s]/g, (character) => encodeURIComponent(character));
    return encoded.length > 2_900 ? undefined : encoded;
  } catch {
    return undefined;
  }
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
