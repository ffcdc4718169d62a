/** The page that shows the channels as a person would see them. Everything from outside is set as text, never as HTML. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulated Slack</title>
<link rel="stylesheet" href="/page.css">
</head>
<body>
<nav><h1>GoMon <small>simulated Slack</small></h1><ul id="channels"></ul>
<label>You are <select id="user"></select></label></nav>
<main><header><h2 id="title"></h2><p id="about"></p></header><ol id="messages" aria-live="polite"></ol></main>
<script src="/page.js" type="module"></script>
</body>
</html>
`;

export const pageStyle = `
* { box-sizing: border-box; }
:root { color-scheme: light; font: 15px/1.46 system-ui, sans-serif; }
body { margin: 0; display: grid; grid-template-columns: 240px 1fr; height: 100vh; color: #1d1c1d; }
nav { background: #3f0e40; color: #e8dce8; padding: 16px 0; display: flex; flex-direction: column; }
nav h1 { font-size: 18px; margin: 0 16px 16px; color: #fff; }
nav small { display: block; font-weight: 400; font-size: 12px; opacity: .75; }
nav ul { list-style: none; margin: 0; padding: 0; flex: 1; }
nav button { all: unset; box-sizing: border-box; cursor: pointer; display: flex; justify-content: space-between; width: 100%; padding: 5px 16px; }
nav button:hover { background: #350d36; }
nav button:focus-visible { outline: 2px solid #fff; outline-offset: -2px; }
nav button[aria-current=true] { background: #1164a3; color: #fff; }
nav b { background: #e01e5a; color: #fff; border-radius: 9px; padding: 0 7px; font-size: 12px; }
nav label { padding: 0 16px; font-size: 13px; }
main { overflow-y: auto; display: flex; flex-direction: column; }
header { position: sticky; top: 0; background: #fff; border-bottom: 1px solid #ddd; padding: 10px 20px; z-index: 1; }
header h2 { margin: 0; font-size: 18px; }
header p { margin: 0; color: #616061; font-size: 13px; }
ol { list-style: none; margin: 0; padding: 8px 20px 40px; max-width: 860px; }
li.message { display: grid; grid-template-columns: 40px 1fr; gap: 10px; padding: 10px 0; }
li.reply { margin-left: 50px; }
.avatar { width: 36px; height: 36px; border-radius: 6px; background: #4a154b; color: #fff; display: grid; place-items: center; font-weight: 700; }
.who { font-weight: 700; } .when, .edited { color: #616061; font-size: 12px; font-weight: 400; margin-left: 6px; }
.block { margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.block.header { font-size: 18px; font-weight: 800; }
.block.context { color: #616061; font-size: 13px; display: flex; flex-wrap: wrap; column-gap: 12px; }
.block.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px; }
.block.divider { border-top: 1px solid #ddd; }
.actions { display: flex; gap: 8px; margin-top: 6px; }
.actions button, .actions a { font: inherit; font-weight: 700; padding: 4px 12px; border: 1px solid #bbb; border-radius: 4px; background: #fff; cursor: pointer; color: inherit; text-decoration: none; }
.actions .primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.actions .danger { background: #e01e5a; border-color: #e01e5a; color: #fff; }
.actions button:disabled { opacity: .5; cursor: default; }
code { background: #f4f4f4; border: 1px solid #ddd; border-radius: 3px; padding: 0 3px; color: #c01343; }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; }
a { color: #1264a3; }
.ping { background: #fbe8ef; color: #e01e5a; border-radius: 3px; padding: 0 2px; }
.ephemeral { background: #fcf8ec; border-left: 3px solid #ecb22e; padding: 6px 12px; margin: 8px 0; }
.empty { color: #616061; padding: 20px 0; }
@media (max-width: 640px) { body { grid-template-columns: 1fr; grid-template-rows: auto 1fr; } }
`;

export const pageScript = `
const emoji = { red_circle: '\u{1F534}', large_orange_circle: '\u{1F7E0}', large_yellow_circle: '\u{1F7E1}', large_blue_circle: '\u{1F535}', white_circle: '\u26AA', white_check_mark: '\u2705', eyes: '\u{1F440}', rotating_light: '\u{1F6A8}', fire: '\u{1F525}', warning: '\u26A0\uFE0F', information_source: '\u2139\uFE0F', file_cabinet: '\u{1F5C4}\uFE0F', bell: '\u{1F514}', wastebasket: '\u{1F5D1}\uFE0F' };
let state = { channels: [], ephemerals: [], users: {} };
let shown = location.hash.slice(1) || 'alert-critical';
let user = 'U1';
let last = '';
const byId = (id) => document.getElementById(id);
const make = (tag, className, text) => { const node = document.createElement(tag); if (className) node.className = className; if (text !== undefined) node.textContent = text; return node; };
const unescape = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&').replace(/:([a-z_]+):/g, (all, name) => emoji[name] ?? all);

function mrkdwn(parent, text) {
  const token = /\`\`\`([\\s\\S]+?)\`\`\`|\`([^\`\\n]+)\`|\\*([^*\\n]+)\\*|(?<![\\w])_([^_\\n]+)_(?![\\w])|~([^~\\n]+)~|<([^>\\n]+)>/g;
  let from = 0;
  for (const match of text.matchAll(token)) {
    parent.append(unescape(text.slice(from, match.index)));
    from = match.index + match[0].length;
    const [, pre, code, bold, italic, strike, link] = match;
    if (pre) parent.append(make('pre', '', unescape(pre)));
    else if (code) parent.append(make('code', '', unescape(code)));
    else if (bold) { const node = make('strong'); mrkdwn(node, bold); parent.append(node); }
    else if (italic) { const node = make('em'); mrkdwn(node, italic); parent.append(node); }
    else if (strike) { const node = make('s'); mrkdwn(node, strike); parent.append(node); }
    else if (link) parent.append(linkNode(link));
  }
  parent.append(unescape(text.slice(from)));
}

function linkNode(link) {
  const date = /^!date\\^(\\d+)\\^([^|^]*)(?:\\^[^|]*)?\\|?(.*)$/.exec(link);
  if (date) return make('span', '', new Date(Number(date[1]) * 1000).toLocaleString());
  const [target, label] = link.split('|');
  if (/^https?:/.test(target)) { const node = make('a', '', unescape(label ?? target)); node.href = unescape(target); node.rel = 'noreferrer'; return node; }
  const name = target.startsWith('@') ? '@' + (state.users[target.slice(1)] ?? target.slice(1)) : target.replace(/^!/, '@');
  return make('span', 'ping', label ? unescape(label) : name);
}

function textNode(className, object) {
  const node = make('div', 'block ' + className);
  if (object.type === 'mrkdwn') mrkdwn(node, object.text); else node.append(unescape(object.text));
  return node;
}

function menuNode(element, channel, message) {
  const menu = make('select');
  menu.append(make('option', '', '⋯'));
  for (const option of element.options) menu.append(make('option', '', option.text.text));
  menu.onchange = async () => {
    const chosen = menu.options[menu.selectedIndex].text;
    await fetch('/__click', { method: 'POST', body: JSON.stringify({ channel: channel.id, ts: message.ts, actionId: element.action_id, option: chosen, user }) });
    await look();
  };
  return menu;
}

function blockNode(block, channel, message) {
  if (block.type === 'header') return textNode('header', block.text);
  if (block.type === 'divider') return make('div', 'block divider');
  if (block.type === 'context') { const node = make('div', 'block context'); block.elements.forEach((item) => node.append(textNode('', item))); return node; }
  if (block.type === 'section') {
    const node = make('div');
    if (block.text) node.append(textNode('', block.text));
    if (block.accessory && block.accessory.type === 'overflow') node.append(menuNode(block.accessory, channel, message));
    if (block.fields) { const fields = make('div', 'block fields'); block.fields.forEach((field) => fields.append(textNode('', field))); node.append(fields); }
    return node;
  }
  if (block.type === 'actions') {
    const node = make('div', 'actions');
    for (const element of block.elements) {
      if (element.url) { const link = make('a', element.style ?? '', element.text.text); link.href = element.url; link.rel = 'noreferrer'; node.append(link); continue; }
      const button = make('button', element.style ?? '', element.text.text);
      button.onclick = async () => {
        button.disabled = true;
        await fetch('/__click', { method: 'POST', body: JSON.stringify({ channel: channel.id, ts: message.ts, actionId: element.action_id, user }) });
        await look();
      };
      node.append(button);
    }
    return node;
  }
  return make('div', 'block', '[' + block.type + ']');
}

function messageNode(channel, message) {
  const isReply = message.thread_ts && message.thread_ts !== message.ts;
  const node = make('li', 'message' + (isReply ? ' reply' : ''));
  node.append(make('div', 'avatar', 'G'));
  const body = make('div');
  const head = make('div');
  head.append(make('span', 'who', state.users[message.user] ?? message.user), make('span', 'when', new Date(Number(message.ts) * 1000).toLocaleTimeString()));
  if (message.edited) head.append(make('span', 'edited', '(edited)'));
  body.append(head);
  if (message.blocks.length > 0) message.blocks.forEach((block) => body.append(blockNode(block, channel, message)));
  else body.append(textNode('', { type: 'mrkdwn', text: message.text }));
  node.append(body);
  return node;
}

function draw() {
  const list = byId('channels');
  list.replaceChildren(...state.channels.map((channel) => {
    const item = make('li');
    const button = make('button', '', '# ' + channel.name + (channel.isArchived ? ' (archived)' : ''));
    button.setAttribute('aria-current', String(channel.name === shown));
    if (channel.messages.length > 0) button.append(make('b', '', String(channel.messages.length)));
    button.onclick = () => { shown = channel.name; location.hash = shown; draw(); };
    item.append(button);
    return item;
  }));
  const channel = state.channels.find(({ name }) => name === shown) ?? state.channels[0];
  if (!channel) return;
  byId('title').textContent = '# ' + channel.name;
  byId('about').textContent = channel.messages.length + (channel.messages.length === 1 ? ' message' : ' messages');
  const messages = channel.messages.slice(-200);
  const parents = messages.filter((message) => !message.thread_ts || message.thread_ts === message.ts);
  const nodes = parents.flatMap((parent) => [parent, ...messages.filter((message) => message.thread_ts === parent.ts && message !== parent)]).map((message) => messageNode(channel, message));
  const told = state.ephemerals.filter((each) => each.channel === channel.id && each.user === user).slice(-5).map((each) => {
    const node = make('li', 'ephemeral');
    node.append(make('small', '', 'Only visible to you'), textNode('', { type: 'mrkdwn', text: each.text }));
    return node;
  });
  byId('messages').replaceChildren(...(nodes.length + told.length > 0 ? [...nodes, ...told] : [make('li', 'empty', 'Nothing here yet.')]));
}

async function look() {
  try {
    const text = await (await fetch('/__state')).text();
    if (text === last) return;
    last = text;
    state = JSON.parse(text);
    const select = byId('user');
    if (select.options.length === 0) {
      for (const [id, name] of Object.entries(state.users)) if (id !== 'U0GOMON') select.append(new Option(name, id));
      select.onchange = () => { user = select.value; draw(); };
    }
    draw();
  } catch { /* it is being restarted */ }
}

await look();
setInterval(look, 1000);
`;
