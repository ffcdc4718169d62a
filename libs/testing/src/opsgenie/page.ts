/** What a person sees: the incidents, with what was done about them. Text from outside is set as text. */
export const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Simulated Opsgenie</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/page.css"></head>
<body><header>Opsgenie <small>simulated</small></header><main id="incidents"></main>
<script src="/page.js"></script></body></html>
`;

export const pageStyle = `
:root { font: 15px/1.45 system-ui, sans-serif; color: #172b4d; background: #f4f5f7; }
body { margin: 0; } header { background: #172b4d; color: #fff; padding: 12px 24px; font-weight: 600; }
header small { font-weight: 400; opacity: .7; }
main { max-width: 860px; margin: 16px auto; padding: 0 16px; }
article { background: #fff; border-radius: 6px; padding: 12px 16px; margin: 0 0 12px; border-left: 5px solid #de350b; }
article.resolved, article.closed { border-left-color: #36b37e; opacity: .8; }
article:target { outline: 2px solid #0052cc; }
h2 { font-size: 16px; margin: 0 0 4px; overflow-wrap: anywhere; }
.tag { display: inline-block; background: #dfe1e6; border-radius: 3px; padding: 0 6px; margin: 0 4px 4px 0; font-size: 12px; }
p { margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere; } ol { margin: 6px 0 0; padding-left: 18px; color: #5e6c84; font-size: 13px; }
.none { text-align: center; color: #5e6c84; margin-top: 48px; }
`;

export const pageScript = `
const root = document.getElementById('incidents');
const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};
let shown = '';
async function show() {
  const response = await fetch('/__state');
  const text = await response.text();
  if (text === shown) return;
  shown = text;
  const { incidents } = JSON.parse(text);
  root.replaceChildren();
  if (incidents.length === 0) root.append(element('p', 'none', 'No incidents.'));
  for (const incident of incidents.toReversed()) {
    const article = element('article', incident.status);
    article.id = incident.id;
    article.append(element('h2', '', incident.priority + ' ' + incident.message + ' (' + incident.status + ')'));
    for (const tag of incident.tags) article.append(element('span', 'tag', tag));
    article.append(element('p', '', incident.description));
    const timeline = element('ol');
    for (const entry of incident.timeline) {
      timeline.append(element('li', '', entry.at.slice(11, 19) + ' ' + entry.by + ': ' + entry.text));
    }
    article.append(timeline);
    root.append(article);
  }
  const wanted = location.pathname.split('/').pop();
  if (wanted && document.getElementById(wanted)) location.hash = wanted;
}
show();
setInterval(show, 1000);
`;
