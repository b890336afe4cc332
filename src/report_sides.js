// SPDX-License-Identifier: Apache-2.0
// The first half of the report's script: its data, and two texts side by side. Text of documents reaches the page as text
// nodes, attribute values and option labels only: never as markup. Offsets count UTF-16 units, as JavaScript does.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const classes = ['identical', 'shared', 'paraphrased', 'related', 'unrelated'];
const {documents, groups} = data;
const nouns = {story: ['story', 'stories'], topic: ['topic', 'topics']}[data.level] || ['group', 'groups'];
const narrow = matchMedia('(max-width: 48rem)');
const calm = matchMedia('(prefers-reduced-motion: reduce)');

// ---- elements ----

// el('p.dim', {title: 'x', onclick: f}, 'text', child, …): attributes by name, listeners by on…; nothing is parsed as markup.
function el(what, attributes, ...children) {
  const [tag, ...names] = what.split('.');
  const made = document.createElement(tag);
  if (names.length) made.className = names.join(' ');
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return made;
}
const counted = (n, one, many) => n + ' ' + (n === 1 ? one : many);
const score = (x) => (Math.round(x * 100) / 100).toString();
// What is little is not nothing, and what is almost all is not all.
const percent = (x) => {
  const rounded = Math.round(x * 100);
  return rounded === 0 && x > 0 ? '<1 %' : rounded === 100 && x < 1 ? '>99 %' : rounded + ' %';
};
const headingOf = (d) => documents[d].title || documents[d].heading || '';
const titleOf = (g) => g.title || headingOf(g.representative) || documents[g.representative].id;
const isBlank = (d) => !documents[d].text.trim();

function size(bytes) {
  if (bytes < 1000) return bytes + ' B';
  return bytes < 1e6 ? (bytes / 1000).toFixed(1) + ' kB' : (bytes / 1e6).toFixed(1) + ' MB';
}

function meter(share) {
  const fill = el('i');
  fill.style.width = Math.max(0, Math.min(1, share)) * 100 + '%';
  return el('span.meter', {'aria-hidden': 'true'}, fill);
}

// Who published a document, when, and how long it is.
function facts(d) {
  const {source, date, tokens, bytes} = documents[d];
  const known = [source, date, counted(tokens, 'word', 'words'), size(bytes)].filter(Boolean);
  return known.map((fact) => el('span', {dir: 'auto'}, fact));
}

// ---- what belongs together ----

const key = (a, b) => Math.min(a, b) * documents.length + Math.max(a, b);
const passagesOfPair = new Map();
const linkOfPair = new Map();
const groupOf = new Map();
const linksOfGroup = groups.map(() => []);
const conflictsOfGroup = groups.map(() => 0);
const relatedTo = groups.map(() => []);
groups.forEach((g, i) => g.documents.forEach((d) => groupOf.set(d, i)));
for (const p of data.passages) {
  const pair = key(p[2][0], p[3][0]);
  if (!passagesOfPair.has(pair)) passagesOfPair.set(pair, []);
  passagesOfPair.get(pair).push(p);
  const g = groupOf.get(p[2][0]);
  if (g !== undefined && g === groupOf.get(p[3][0])) conflictsOfGroup[g] += p[5].length / 5;
}
for (const l of data.links) {
  linkOfPair.set(key(l[0], l[1]), l);
  const g = groupOf.get(l[0]);
  if (g !== undefined && g === groupOf.get(l[1])) linksOfGroup[g].push(l);
}
linksOfGroup.forEach((list) => list.sort((x, y) => y[3] - x[3] || x[0] - y[0] || x[1] - y[1]));
for (const [a, b, s] of data.related) {
  relatedTo[a].push([b, s]);
  relatedTo[b].push([a, s]);
}
relatedTo.forEach((list) => list.sort((x, y) => y[1] - x[1] || x[0] - y[0]));

// Runs of `size` numbers of a flat list.
const runs = (flat, size) => Array.from({length: flat.length / size}, (_, i) => flat.slice(i * size, (i + 1) * size));

// The passages of two documents, sides turned so that `a` comes first.
function passagesOf(a, b) {
  return (passagesOfPair.get(key(a, b)) || []).map(([kind, strength, first, second, differences, conflicts]) => {
    const turned = first[0] !== a;
    const turn = ([ab, ae, bb, be]) => (turned ? [bb, be, ab, ae] : [ab, ae, bb, be]);
    return {
      kind: classes[kind],
      score: strength,
      sides: (turned ? [second, first] : [first, second]).map(([, inTitle, begin, end]) => ({inTitle: !!inTitle, begin, end})),
      differences: runs(differences, 4).map(turn),
      conflicts: runs(conflicts, 5).map(([what, ...at]) => ({kind: what, at: turn(at)})),
    };
  });
}

const fieldText = (d, side) => (side.inTitle ? documents[d].title : documents[d].text);
function figures(passage, pair, conflict) {
  const [ab, ae, bb, be] = conflict.at;
  return fieldText(pair[0], passage.sides[0]).slice(ab, ae) + ' ≠ ' + fieldText(pair[1], passage.sides[1]).slice(bb, be);
}

// ---- one text, coloured ----

// What is left of a range beside `boxes`, which are sorted by begin.
function outside(boxes, begin, end) {
  const left = [];
  for (const box of boxes) {
    if (box.end <= begin || box.begin >= end) continue;
    left.push([begin, box.begin]);
    begin = box.end;
  }
  return [...left, [begin, end]];
}

// The figures of one passage on one side, sorted; those that touch are one box.
function figuresOf(p, pair, side) {
  const joined = [];
  const box = (c) => ({begin: c.at[side * 2], end: c.at[side * 2 + 1], conflict: c.kind + ': ' + figures(p, pair, c)});
  for (const f of p.conflicts.map(box).sort((x, y) => x.begin - y.begin)) {
    const last = joined[joined.length - 1];
    if (!last || f.begin > last.end) joined.push(f);
    else Object.assign(last, {end: Math.max(last.end, f.end), conflict: last.conflict + ' · ' + f.conflict});
  }
  return joined;
}

// Everything to mark on one side (0 or 1) of a pair: {begin, end, inTitle, passage | differs | conflict | grey}.
function marksOf(pair, side, passages) {
  const marks = [];
  passages.forEach((p, index) => {
    const inTitle = p.sides[side].inTitle;
    const add = (begin, end, more) => {
      if (end > begin) marks.push({begin, end, inTitle, ...more});
    };
    add(p.sides[side].begin, p.sides[side].end, {passage: index, kind: p.kind});
    const boxes = figuresOf(p, pair, side);
    for (const d of p.differences) {
      for (const [begin, end] of outside(boxes, d[side * 2], d[side * 2 + 1])) add(begin, end, {differs: true});
    }
    for (const {begin, end, conflict} of boxes) add(begin, end, {conflict});
  });
  const grey = documents[pair[side]].grey;
  for (let i = 0; i < grey.length; i += 2) marks.push({begin: grey[i], end: grey[i + 1], inTitle: false, grey: true});
  return marks;
}

function piece(text, active) {
  if (!active.length) return text;
  const passages = active.filter((m) => m.kind);
  const made = el('span', {}, text);
  if (passages.length) {
    const strongest = passages.reduce((x, y) => (classes.indexOf(y.kind) < classes.indexOf(x.kind) ? y : x));
    made.classList.add('c-' + strongest.kind);
    made.dataset.p = passages.map((m) => m.passage).join(' ');
  }
  if (active.some((m) => m.grey)) made.classList.add('grey');
  if (active.some((m) => m.differs)) made.classList.add('differs');
  const conflict = active.find((m) => m.conflict);
  if (conflict) {
    made.classList.add('conflict');
    made.title = conflict.conflict;
  }
  return made;
}

// Cuts `text` where a mark begins or ends and at line ends, and puts the pieces of each line into the element that `line` makes
// for the offset it begins at.
function paint(text, marks, line) {
  const cuts = new Set([0, text.length]);
  for (const m of marks) cuts.add(Math.min(m.begin, text.length)).add(Math.min(m.end, text.length));
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) cuts.add(i).add(i + 1);
  const at = [...cuts].sort((x, y) => x - y);
  const waiting = marks.slice().sort((x, y) => x.begin - y.begin);
  let active = [];
  let next = 0;
  let current = null;
  for (let i = 0; i + 1 < at.length; ++i) {
    active = active.filter((m) => m.end > at[i]);
    for (; next < waiting.length && waiting[next].begin <= at[i]; ++next)
      if (waiting[next].end > at[i]) active.push(waiting[next]);
    const part = text.slice(at[i], at[i + 1]);
    if (part === '\n') current = null;
    else if (current || part.trim()) (current = current || line(at[i])).append(piece(part, active));
  }
}

function textOf(d, marks) {
  const of = documents[d];
  const language = /^[A-Za-z0-9-]{2,35}$/.test(of.language) ? of.language : null;
  const box = el('div.text', {lang: language, tabindex: 0, role: 'region', 'aria-label': of.id});
  const titleAt = of.titleInText && of.title ? of.text.indexOf(of.title) : -1; // where the title stands in the text, or -1
  const block = (what) => box.appendChild(el(what, {dir: 'auto'}));
  if (of.title && titleAt < 0) {
    const heading = block('h4');
    const inTitle = marks.filter((m) => m.inTitle);
    paint(of.title.replace(/\n/g, ' '), inTitle, () => heading);
  }
  const moved = (m) => (m.inTitle ? {...m, begin: m.begin + titleAt, end: m.end + titleAt} : m);
  const inText = marks.filter((m) => titleAt >= 0 || !m.inTitle).map(moved);
  paint(of.text, inText, (at) => block(at === titleAt ? 'p.lead' : 'p'));
  for (const p of box.querySelectorAll('p')) {
    if ([...p.childNodes].every((n) => n.className === 'grey')) p.classList.add('aside');
  }
  if (isBlank(d)) box.append(el('p.dim', {}, 'no text'));
  return box;
}

// ---- side by side ----

function panel(letter, d, text, choice) {
  const of = documents[d];
  const warnings = of.warnings.map((w) => el('span.warning', {dir: 'auto'}, '⚠ ' + w));
  const head = el('header', {}, letter && el('span.letter', {}, letter), choice || el('span.id', {dir: 'auto'}, of.id));
  const label = {'aria-label': letter ? 'Article ' + letter : of.id};
  return el('section.panel', label, head, el('div.facts', {}, ...facts(d), ...warnings), text);
}

// Scrolls the box, and nothing else.
function into(box, element) {
  const inside = element.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
  box.scrollTo({top: inside - box.clientHeight / 3, behavior: calm.matches ? 'auto' : 'smooth'});
}

// As it is shown: what is not identical never looks as if it were.
const strengthOf = (p) => score(p.kind === 'identical' ? p.score : Math.min(p.score, 0.99));

// Which passages are lit (under the pointer) and which one is chosen; `said` tells about it in words. silence: why there are no
// passages, as nodes and strings.
class Highlights {
  constructor(pair, passages, texts, silence) {
    Object.assign(this, {pair, passages, texts, silence, chosen: -1, lit: []});
    this.said = el('div.said', {id: 'said', 'aria-live': 'polite'});
    this.pieces = passages.map(() => [[], []]); // for each passage: its elements on side 0 and 1
    texts.forEach((box, side) => {
      for (const e of box.querySelectorAll('[data-p]')) for (const p of under(e)) this.pieces[p][side].push(e);
    });
    this.pieces.forEach((both, p) => both.forEach((list, side) => list.length && this.makeButton(list[0], p, side)));
    this.tell(-1);
  }

  makeButton(element, p, side) {
    const passage = this.passages[p];
    const {begin, end} = passage.sides[side];
    const text = fieldText(this.pair[side], passage.sides[side]).slice(begin, end);
    element.tabIndex = 0;
    element.setAttribute('role', 'button');
    element.setAttribute('aria-describedby', 'said');
    if (!element.hasAttribute('aria-label')) element.setAttribute('aria-label', passage.kind + ': ' + text);
  }

  mark(list, name, on) {
    for (const p of list) for (const e of this.pieces[p].flat()) e.classList.toggle(name, on);
  }

  tell(p) {
    const passage = this.passages[p];
    this.said.replaceChildren();
    if (passage) {
      this.said.append(passage.kind + ' · ' + strengthOf(passage));
      const differing = passage.conflicts.map((c) => figures(passage, this.pair, c)).join(', ');
      if (differing) this.said.append(' · figures differ: ', el('strong', {}, differing));
    } else if (this.passages.length) {
      this.said.append('Point at a coloured sentence to see its counterpart; click to bring it into view.');
    } else {
      this.said.append(...this.silence);
    }
  }

  light(list) {
    this.mark(this.lit, 'on', false);
    this.mark(list, 'on', true);
    this.lit = list;
    this.tell(list.length ? list[0] : this.chosen);
  }

  // Brings the passage into view on the given sides.
  choose(p, sides) {
    if (this.chosen >= 0) this.mark([this.chosen], 'chosen', false);
    this.mark([p], 'chosen', true);
    this.chosen = p;
    for (const side of sides) if (this.pieces[p][side].length) into(this.texts[side], this.pieces[p][side][0]);
    this.tell(p);
  }

  // From what was clicked on one side to its counterpart; where several passages meet, to one after the other.
  follow(element, side) {
    const list = under(element);
    if (list.length) this.choose(list[(list.indexOf(this.chosen) + 1) % list.length], [1 - side]);
  }

  step(by) {
    const n = this.passages.length;
    if (n) this.choose(this.chosen < 0 && by < 0 ? n - 1 : (this.chosen + by + n) % n, [0, 1]);
  }
}

// The passages that an element is part of.
function under(element) {
  const marked = element.closest('[data-p]');
  return marked ? marked.dataset.p.split(' ').map(Number) : [];
}

function listen(sides, texts, highlights) {
  sides.addEventListener('pointerover', (event) => highlights.light(under(event.target)));
  sides.addEventListener('pointerleave', () => highlights.light([]));
  sides.addEventListener('focusin', (event) => highlights.light(under(event.target)));
  texts.forEach((box, side) => {
    box.addEventListener('click', (event) => highlights.follow(event.target, side));
    box.addEventListener('keydown', (event) => {
      if ((event.key !== 'Enter' && event.key !== ' ') || !event.target.matches('[data-p]')) return;
      event.preventDefault();
      highlights.follow(event.target, side);
    });
  });
}

// What each colour means, and a switch for it.
function legend(view, pair, passages) {
  const chips = [];
  for (const c of classes) {
    const number = passages.filter((p) => p.kind === c).length;
    if (!number) continue;
    const toggle = (event) => {
      const hidden = view.classList.toggle('hide-' + c);
      event.currentTarget.setAttribute('aria-pressed', String(!hidden));
    };
    const says = {type: 'button', 'aria-pressed': 'true', title: 'show or hide this colour', onclick: toggle};
    chips.push(el('button.chip', says, el('span.legend', {}, el('i.c-' + c), number + ' ' + c)));
  }
  if (pair.some((d) => documents[d].grey.length)) chips.push(el('span.chip.grey', {}, 'boilerplate'));
  return chips;
}

function steps(highlights) {
  const button = (by, sign, says, key) =>
    el(
      'button',
      {type: 'button', title: says + ' (' + key + ')', 'aria-label': says, onclick: () => highlights.step(by)},
      sign,
    );
  const both = [button(-1, '‹', 'previous passage', 'p'), button(1, '›', 'next passage', 'n')];
  return el('div.steps', {hidden: !highlights.passages.length}, ...both);
}

function conflictList(highlights) {
  const list = el('div.figures');
  highlights.passages.forEach((p, i) => {
    for (const c of p.conflicts) {
      const attributes = {type: 'button', title: c.kind, onclick: () => highlights.choose(i, [0, 1])};
      list.append(el('button', attributes, figures(p, highlights.pair, c)));
    }
  });
  if (list.childNodes.length) list.prepend(el('strong', {}, 'Figures differ'));
  return list;
}

// Two texts whose passages light up together. choices: the two <select>, or nothing.
function sideBySide(pair, choices, silence) {
  const passages = passagesOf(pair[0], pair[1]);
  const texts = [0, 1].map((side) => textOf(pair[side], marksOf(pair, side, passages)));
  const highlights = new Highlights(pair, passages, texts, silence);
  const panels = ['A', 'B'].map((letter, side) => panel(letter, pair[side], texts[side], choices && choices[side]));
  const sides = el('div.sides', {}, ...panels);
  listen(sides, texts, highlights);
  const view = el('div.view');
  const bar = el('div.bar', {}, ...legend(view, pair, passages), steps(highlights), highlights.said);
  view.append(bar, conflictList(highlights), sides);
  view.highlights = highlights;
  return view;
}
