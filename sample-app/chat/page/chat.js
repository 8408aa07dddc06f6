import { apply, chunksOf } from './message-stream.js';

const element = (id) => document.getElementById(id);
const [list, form, text, error, status] = ['messages', 'form', 'text', 'error', 'status'].map(element);
const [send, stop, again] = ['send', 'stop', 'again'].map(element);

/** What this page performs itself. */
const clientTools = {
  browserDetails: () => ({
    browser: navigator.userAgent.slice(0, 500),
    language: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }),
};

const doing = {
  findOrder: 'Looking the order up',
  findHelp: 'Looking into our help pages',
  browserDetails: 'Asking your browser',
  read_notes: 'Reading the notes',
  'policy-specialist': 'Asking who knows our rules',
  'device-specialist': 'Asking who knows our devices',
  'order-specialist': 'Asking who knows the orders',
  payBack: 'Paying it back',
  payLargeSumBack: 'Paying it back',
};

let messages = [];
let isBusy = false;

/** The chat stays the same when the page is loaded again. */
function chatId() {
  if (location.hash.length < 2) location.hash = crypto.randomUUID();
  return decodeURIComponent(location.hash.slice(1));
}

function request(path, options = {}) {
  const token = element('token').value;
  return fetch(`/chat${path}`, {
    ...options,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
}

async function load() {
  const response = await request(`/${chatId()}`);
  messages = response.ok ? await response.json() : [];
  render();
  await read(() => request(`/${chatId()}/stream`), []);
}

/** Sends, and reads the answer into a message: a new one, or the one that has asked. */
function post(more, parts = []) {
  const body = JSON.stringify({ id: chatId(), messages, ...more });
  return read(() => request('', { method: 'POST', body }), parts);
}

async function read(ask, parts) {
  error.textContent = '';
  setBusy(true);
  const message = { id: '', role: 'assistant', parts };
  try {
    const response = await ask();
    if (!response.ok) throw new Error((await response.json()).message);
    if (response.status === 204) return;
    for await (const chunk of chunksOf(response.body)) {
      apply(message, chunk);
      messages = [...messages.filter(({ id }) => id !== message.id), message];
      render();
    }
  } catch (failure) {
    error.textContent = failure.message;
  } finally {
    setBusy(false);
    render();
  }
  await performOwnTools();
}

/** The tools of the client that the last message waits for. */
async function performOwnTools() {
  const last = messages.at(-1);
  const waiting = openParts(last).filter(isForThisPage);
  for (const part of waiting) {
    const perform = clientTools[part.type.slice('tool-'.length)];
    if (perform) Object.assign(part, { state: 'output-available', output: perform(part.input) });
    else Object.assign(part, { state: 'output-error', errorText: 'This page can not do that.' });
  }
  if (waiting.length > 0) await answerIfComplete();
}

/** What the customer says to a question of the message. */
async function confirm(part, approved) {
  Object.assign(part, { state: 'approval-responded', approval: { ...part.approval, approved } });
  render();
  await answerIfComplete();
}

/** The run goes on once everything that it has asked is answered. */
async function answerIfComplete() {
  const last = messages.at(-1);
  if (!openParts(last).some(isUnanswered)) await post({ messageId: last.id }, last.parts);
}

function isUnanswered(part) {
  return part.state === 'approval-requested' || isForThisPage(part);
}

/** A tool of the client that the server waits for. */
function isForThisPage({ state, toolMetadata }) {
  return state === 'input-available' && toolMetadata?.nestor?.reviewId !== undefined;
}

function openParts(message) {
  return message?.role === 'assistant' ? message.parts : [];
}

function setBusy(busy) {
  isBusy = busy;
  send.disabled = busy;
  stop.disabled = !busy;
  again.disabled = busy || messages.at(-1)?.role !== 'assistant';
  status.textContent = busy ? 'Support is writing …' : '';
}

function render() {
  const focused = document.activeElement?.id;
  list.replaceChildren(...messages.map(messageElement));
  again.disabled = isBusy || messages.at(-1)?.role !== 'assistant';
  if (focused) element(focused)?.focus();
  list.lastElementChild?.scrollIntoView({ block: 'nearest' });
}

function messageElement({ role, parts }) {
  const article = document.createElement('article');
  article.className = role;
  article.setAttribute('aria-label', role === 'user' ? 'You' : 'Support');
  article.append(...parts.flatMap((part) => partElement(part) ?? []));
  return article;
}

function partElement(part) {
  if (part.type === 'text' || part.type === 'reasoning') {
    if (part.providerMetadata?.nestor?.void) return undefined;
    return paragraph(part.text, part.type === 'reasoning' ? 'reasoning' : '');
  }
  if (part.type === 'data-handoff') return paragraph(`${capital(part.data.to)} goes on.`, 'note');
  if (part.type === 'data-stopped') return paragraph(`Stopped: ${part.data.reason}`, 'note');
  if (part.type === 'data-review') {
    const { state, title, waitingFor } = part.data;
    const who = waitingFor?.roles?.join(' or ') || 'somebody';
    return state === 'waiting' ? paragraph(`${title}: waiting for ${who}.`, 'note') : undefined;
  }
  return part.type.startsWith('tool-') ? toolElement(part) : undefined;
}

function toolElement(part) {
  const name = part.type.slice('tool-'.length);
  switch (part.state) {
    case 'approval-requested':
      return confirmation(part);
    case 'approval-responded':
      return paragraph(part.approval.approved ? 'You have agreed.' : 'You have declined.', 'note');
    case 'output-denied':
      return paragraph('Declined.', 'note');
    case 'output-error':
      return paragraph(`${doing[name] ?? name}: ${part.errorText}`, 'note');
    case 'output-available':
      return paragraph(`${doing[name] ?? name}: done.`, 'note');
    default:
      return paragraph(`${doing[name] ?? name} …`, 'note');
  }
}

function confirmation(part) {
  const { number, amountEur } = part.input;
  const fieldset = document.createElement('fieldset');
  const legend = document.createElement('legend');
  legend.textContent = `Pay ${amountEur} EUR for ${number} back to the way you paid?`;
  const button = (label, approved) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.id = `${approved ? 'yes' : 'no'}-${part.toolCallId}`;
    made.textContent = label;
    made.disabled = isBusy;
    made.addEventListener('click', () => void confirm(part, approved));
    return made;
  };
  fieldset.append(legend, button('Yes, pay it back', true), ' ', button('No', false));
  return fieldset;
}

function paragraph(content, className) {
  const made = document.createElement('p');
  made.className = className;
  made.textContent = content;
  return made;
}

function capital(word) {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (isBusy || text.value.trim() === '') return;
  messages = [
    ...messages,
    { id: crypto.randomUUID(), role: 'user', parts: [{ type: 'text', text: text.value }] },
  ];
  text.value = '';
  render();
  void post({ trigger: 'submit-message' });
});
text.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
stop.addEventListener('click', () => void request(`/${chatId()}/stream`, { method: 'DELETE' }));
again.addEventListener('click', () => {
  messages = messages.slice(0, messages.findLastIndex(({ role }) => role === 'user') + 1);
  render();
  void post({ trigger: 'regenerate-message' });
});
element('new').addEventListener('click', () => {
  location.hash = crypto.randomUUID();
});
addEventListener('hashchange', () => void load());
element('token').addEventListener('change', () => void load());

void load();
