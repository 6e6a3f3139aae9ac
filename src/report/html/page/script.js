// What the report can do when scripts are allowed: filter, open everything, follow links into what is closed, print
// open. Without it everything is there and can be opened by hand.

const main = document.querySelector('main');
const form = document.querySelector('#filter');
const box = document.querySelector('#words');
const count = document.querySelector('#count');
const nothing = document.querySelector('#nothing');
const unfold = document.querySelector('#unfold');

const MOST_MARKS = 2000;
const OPEN_UP_TO = 60;

const lower = (element) => element.textContent.toLowerCase();

// an item is found by its own words and those of the headings of the group it stands in
const items = [...main.querySelectorAll('[data-item]')].map((element) => {
  const group = element.closest('[data-group]');
  const headings = group === null ? [] : [...group.querySelectorAll('[data-heading]')];
  return { element, text: [element, ...headings].map(lower).join(' ') };
});
const wholes = [
  ...main.querySelectorAll('[data-group], table, details:has([data-item]), section:not(.verdict)'),
].filter((whole) => whole.querySelector('[data-item]') !== null);
const barren = [...main.querySelectorAll('section:not(.verdict)')].filter(
  (section) => section.querySelector('[data-item]') === null,
);
const opened = new Set();

function open(details, { forget = false } = {}) {
  for (let each = details; each !== null; each = each.parentElement?.closest('details') ?? null) {
    if (each.open) continue;
    each.open = true;
    if (forget) opened.add(each);
  }
}

function closeAgain() {
  for (const details of opened) details.open = false;
  opened.clear();
}

function filter() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  closeAgain();
  const matching = [];
  for (const { element, text } of items) {
    const matches = words.every((word) => text.includes(word));
    element.hidden = !matches;
    if (matches) matching.push(element);
  }
  const found = new Set(matching);
  for (const whole of wholes) {
    whole.hidden = ![...whole.querySelectorAll('[data-item]')].some((element) => found.has(element));
  }
  for (const section of barren) section.hidden = words.length > 0;
  for (const link of document.querySelectorAll('nav a')) {
    link.parentElement.hidden = document.querySelector(link.getAttribute('href')).hidden;
  }
  nothing.hidden = matching.length > 0;
  count.textContent = words.length === 0 ? '' : `${matching.length} of ${items.length}`;
  if (words.length > 0) show(matching, words);
}

// what is found in something closed is opened, unless that would open nearly everything
function show(matching, words) {
  if (matching.length <= OPEN_UP_TO) {
    for (const element of matching) {
      open(element.closest('details'), { forget: true });
      for (const details of element.querySelectorAll('details')) {
        const inside = lower(details.lastElementChild);
        if (words.some((word) => inside.includes(word))) open(details, { forget: true });
      }
    }
  }
  mark(matching, words);
}

function mark(matching, words) {
  if (CSS.highlights === undefined) return;
  const ranges = [];
  for (const element of matching) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null && ranges.length < MOST_MARKS; node = walker.nextNode()) {
      const text = node.data.toLowerCase();
      // a few letters change their length in lower case, and then places do not agree
      if (text.length !== node.data.length) continue;
      for (const word of words) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
      }
    }
  }
  CSS.highlights.set('found', new Highlight(...ranges));
}

function clear() {
  box.value = '';
  filter();
  CSS.highlights?.clear();
}

let waiting;
box.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => (box.value.trim() === '' ? clear() : filter()), 60);
});
form.addEventListener('submit', (event) => event.preventDefault());

document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof Element && event.target.matches('input, textarea, select');
  if (event.key === 'Escape' && (box.value !== '' || event.target === box)) {
    event.preventDefault();
    if (box.value === '') box.blur();
    clear();
  } else if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

const all = (selector = 'details') => [...main.querySelectorAll(selector)];

unfold.addEventListener('click', () => {
  const opening = unfold.textContent === 'Open all';
  opened.clear();
  for (const details of all()) details.open = opening;
  unfold.textContent = opening ? 'Close all' : 'Open all';
});

function reveal() {
  const target = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
  if (target === null) return;
  if (target.closest('[hidden]') !== null) clear();
  const own = target.matches('details') ? target : target.querySelector('details');
  open(target.matches('section') ? null : (own ?? target.closest('details')));
  target.scrollIntoView();
}
addEventListener('hashchange', reveal);

let closed = [];
addEventListener('beforeprint', () => {
  closed = all('details:not(.minor)').filter((details) => !details.open);
  for (const details of closed) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of closed) details.open = false;
});

form.hidden = false;
reveal();
