// SPDX-License-Identifier: Apache-2.0
// The second half of the report's script: the list of stories, one story, and what the reader does. It shares the scope of
// report_sides.js, which comes before it in the page.
'use strict';

// ---- one story ----

const main = el('main', {id: 'story'});
let shown = {group: -1, a: -1, b: -1};
let view = null; // the side-by-side view shown

// Near subgroups that hold more than exact copies of one text.
function nearBeyondExact(g) {
  const exact = new Set(g.exact.map((members) => members.join()));
  return g.near.filter((members) => !exact.has(members.join()));
}

// The badges of each document of the group.
function badgesOf(g) {
  const of = new Map(g.documents.map((d) => [d, []]));
  const add = (sets, level, sign, title) =>
    sets.forEach((members, i) => {
      const label = sign + ' ' + level + (sets.length > 1 ? ' ' + (i + 1) : '');
      for (const d of members) of.get(d).push(el('span.badge.' + level, {title}, label));
    });
  add(nearBeyondExact(g), 'near', '≈', 'near-duplicates of one another');
  add(g.exact, 'exact', '=', 'the same words in the same order');
  return of;
}

// ---- pairs that have no passages ----

const kin = (g, level, d) => g[level].find((members) => members.includes(d)) || [d];

// Sets of copies are linked through one of them: the link [x, y] that says most about a and b, x being a or a copy of it and y
// being b or a copy of it.
function standIn(number, a, b) {
  const g = groups[number];
  const [ofA, ofB] = [a, b].map((d) => new Set([...kin(g, 'near', d), ...kin(g, 'exact', d)]));
  if (ofA.size < 2 && ofB.size < 2) return null;
  const known = (x, y) => (passagesOfPair.has(key(x, y)) ? 2 : 0) + (x === a || y === b ? 1 : 0);
  let best = null;
  for (const l of linksOfGroup[number]) {
    for (const [x, y] of [[l[0], l[1]], [l[1], l[0]]]) {
      if (!ofA.has(x) || !ofB.has(y) || (ofA.has(b) && x !== a && y !== b)) continue;
      if (!best || known(x, y) > known(best.x, best.y)) best = {x, y, link: l};
    }
  }
  return best;
}

// "X is a near-duplicate of Y", for both sides of a pair that another one stands in for.
function copyOf(number, pair, {x, y}) {
  const g = groups[number];
  const says = (d, of) => {
    const what = kin(g, 'exact', d).includes(of) ? 'an exact copy' : 'a near-duplicate';
    return d === of ? '' : documents[d].id + ' is ' + what + ' of ' + documents[of].id;
  };
  return [says(pair[0], x), says(pair[1], y)].filter(Boolean).join(' and ');
}

// Why no passages are shown for two articles of a story, and where to look instead.
function silenceOf(number, a, b) {
  if (isBlank(a) || isBlank(b)) return ['No text to compare.'];
  if (kin(groups[number], 'exact', a).includes(b)) return ['Exact copy: the same words in the same order.'];
  const link = linkOfPair.get(key(a, b));
  if (link) return ['No passage found. Why they are linked: ' + link[7].join(' · ') + '.'];
  const other = standIn(number, a, b);
  if (!other) return ['Not compared sentence by sentence.'];
  const {x, y} = other;
  const ids = documents[x].id + ' – ' + documents[y].id;
  const open = el('button.instead', {type: 'button', onclick: () => go(number, {a: x, b: y})}, ids);
  return ['Not compared: ' + copyOf(number, [a, b], other) + '; see ', open];
}

// The two buttons that show an article as A or as B.
function pick(number, d) {
  const button = (side) => {
    const letter = side.toUpperCase();
    const says = {type: 'button', 'data-pick': side + d, 'aria-label': 'show ' + documents[d].id + ' as ' + letter};
    return el('button', {...says, onclick: () => go(number, {...shown, [side]: d})}, letter);
  };
  return el('div.pick', {}, button('a'), button('b'));
}

function articleList(number) {
  const g = groups[number];
  const badges = badgesOf(g);
  const row = (d, i) => {
    const of = documents[d];
    const what = el('div.what', {}, el('span.id', {dir: 'auto'}, of.id));
    if (d === g.representative) what.append(el('span.star', {title: 'most like the others'}, ' ★'));
    what.append(...badges.get(d));
    if (of.title && of.title !== g.title) what.append(el('span.headline', {dir: 'auto'}, of.title));
    what.append(el('div.facts', {}, ...facts(d)), ...of.warnings.map((w) => el('div.warning', {dir: 'auto'}, '⚠ ' + w)));
    return el('li', {}, el('span.index.number', {}, String(i + 1)), what, pick(number, d));
  };
  return el('ol.articles', {}, ...g.documents.map(row));
}

// A copy's score is that of the one it is a copy of, in a fainter hand.
function unlinkedCell(number, a, b, label, attributes) {
  const made = (text, says) => el('button.cell.none.number', {...attributes, title: says, 'aria-label': label + ': ' + says}, text);
  if (kin(groups[number], 'exact', a).includes(b)) return made('1', 'exact copies');
  const other = standIn(number, a, b);
  if (!other) return made('·', 'not compared');
  return made(score(other.link[3]), 'not compared: ' + copyOf(number, [a, b], other));
}

function cell(number, a, b, label) {
  const l = linkOfPair.get(key(a, b));
  const attributes = {type: 'button', 'data-pair': key(a, b), onclick: () => go(number, {a, b})};
  if (!l) return unlinkedCell(number, a, b, label, attributes);
  attributes.title = [l[2], ...l[7]].join(' · ');
  attributes['aria-label'] = label + ': ' + l[2] + ' ' + score(l[3]);
  const made = el('button.cell.number', attributes, score(l[3]));
  made.style.setProperty('--share', Math.max(0, Math.min(1, l[3])));
  return made;
}

function matrix(number) {
  const members = groups[number].documents;
  const table = el('table.matrix', {}, el('tr', {}, el('td')));
  members.slice(1).forEach((_, i) => table.rows[0].append(el('th', {scope: 'col'}, String(i + 2))));
  members.slice(0, -1).forEach((a, i) => {
    const row = el('tr', {}, el('th', {scope: 'row'}, String(i + 1)));
    for (let j = 1; j < members.length; ++j) {
      row.append(j <= i ? el('td') : el('td', {}, cell(number, a, members[j], i + 1 + ' and ' + (j + 1))));
    }
    table.append(row);
  });
  return el('div.matrix-frame', {}, table);
}

function linkList(number, limit) {
  const place = new Map(groups[number].documents.map((d, i) => [d, i + 1]));
  const all = linksOfGroup[number];
  const list = el('div.links');
  for (const [a, b, level, strength, , , , reasons] of all.slice(0, limit)) {
    list.append(
      el(
        'button',
        {type: 'button', 'data-pair': key(a, b), onclick: () => go(number, {a, b})},
        el('span.pair.number', {}, place.get(a) + ' – ' + place.get(b)),
        el('span.score.number', {}, score(strength)),
        el('span.why', {dir: 'auto'}, [level, ...reasons].join(' · ')),
      ),
    );
  }
  const more = () => {
    list.replaceWith(linkList(number, limit * 8));
    press();
  };
  if (all.length > limit) list.append(el('button.more', {type: 'button', onclick: more}, 'more links, ' + all.length + ' in all'));
  return list;
}

function selects(number) {
  return ['a', 'b'].map((side) => {
    const label = 'Article ' + side.toUpperCase();
    const change = (event) => {
      go(number, {...shown, [side]: Number(event.target.value)});
      main.querySelector('select[aria-label="' + label + '"]').focus();
    };
    const option = (d, i) => el('option', {value: d, selected: d === shown[side]}, i + 1 + ' · ' + documents[d].id);
    return el('select', {'aria-label': label, onchange: change}, ...groups[number].documents.map(option));
  });
}

function related(number, limit = 4) {
  const row = ([other, strength]) =>
    el(
      'li',
      {},
      el('button', {type: 'button', dir: 'auto', onclick: () => go(other)}, titleOf(groups[other])),
      el('span.dim.number', {}, ' ' + score(strength)),
    );
  const list = el('ul.siblings', {}, ...relatedTo[number].slice(0, limit).map(row));
  const more = (event) => event.currentTarget.parentNode.replaceWith(related(number, Infinity)[1]);
  if (relatedTo[number].length > limit) list.append(el('button.more', {type: 'button', onclick: more}, 'more'));
  return list.childNodes.length ? [el('h3', {}, 'Related'), list] : [];
}

function drawSingle(number) {
  const d = groups[number].documents[0];
  main.append(
    el('p.dim', {}, isBlank(d) ? '(empty)' : 'alone: no other article here was found to tell this'),
    ...related(number),
    el('h3', {}, 'Text'),
    el('div.sides.alone', {}, panel('', d, textOf(d, marksOf([d, d], 0, [])))),
  );
}

function drawStory(number) {
  const g = groups[number];
  main.replaceChildren(el('h2', {dir: 'auto', tabindex: -1}, titleOf(g)));
  if (g.documents.length === 1) return drawSingle(number);
  const alike = g.documents.length <= 12 ? matrix(number) : '';
  const level = nouns[0] === g.level ? '' : ' · ' + g.level;
  const summary = nouns[0] + ' ' + number + ' · ' + counted(g.documents.length, 'article', 'articles') + level + ' · cohesion';
  const cohesion = 'cohesion: how alike the articles are on average, 0 to 1';
  main.append(
    el('p.dim', {title: cohesion}, summary, meter(g.cohesion), el('span.number', {}, score(g.cohesion))),
    el(
      'div.evidence',
      {},
      el('div', {}, el('h3', {}, 'Articles'), articleList(number), ...related(number)),
      el('div', {}, el('h3', {}, 'How alike'), alike, linkList(number, 6)),
    ),
    el('h3', {}, 'Side by side'),
    el('div', {id: 'pair'}),
  );
}

// Which buttons stand for what is shown.
function press() {
  for (const e of main.querySelectorAll('[data-pick]'))
    e.setAttribute('aria-pressed', String(e.dataset.pick === 'a' + shown.a || e.dataset.pick === 'b' + shown.b));
  for (const e of main.querySelectorAll('[data-pair]'))
    e.setAttribute('aria-pressed', String(Number(e.dataset.pair) === key(shown.a, shown.b)));
  for (const e of document.querySelectorAll('.story'))
    e.setAttribute('aria-current', String(Number(e.dataset.group) === shown.group));
}

// The strongest link; one that says more than "a reprint", where there is one.
function defaultPair(number) {
  const links = linksOfGroup[number].filter((l) => passagesOfPair.has(key(l[0], l[1])));
  const best = links.find((l) => l[2] !== 'exact' && l[2] !== 'near') || links[0] || linksOfGroup[number][0];
  return best ? [best[0], best[1]] : groups[number].documents.slice(0, 2);
}

// The two articles to show: those wanted, where they are two of the story; an article chosen for both sides changes places
// with the one that was there.
function choosePair(number, wanted) {
  const members = groups[number].documents;
  if (!wanted || !members.includes(wanted.a) || !members.includes(wanted.b)) return defaultPair(number);
  if (wanted.a !== wanted.b) return [wanted.a, wanted.b];
  return shown.group === number ? [shown.b, shown.a] : defaultPair(number);
}

// Shows a story and two of its articles; true when the story is another one than before.
function draw(number, wanted) {
  const [a, b] = choosePair(number, wanted);
  const fresh = number !== shown.group;
  shown = {group: number, a, b};
  if (fresh) drawStory(number);
  view = b === undefined ? null : sideBySide([a, b], selects(number), silenceOf(number, a, b));
  if (view) main.querySelector('#pair').replaceChildren(view);
  press();
  return fresh;
}

// "#3" or "#3,1,4": the story's number and those of two of its articles, as the reader sees them: from 1.
function address(pair) {
  const place = (d) => groups[shown.group].documents.indexOf(d) + 1;
  return '#' + [shown.group, ...(pair ? [place(shown.a), place(shown.b)] : [])].join(',');
}

function go(number, wanted) {
  const fresh = draw(number, wanted);
  history.pushState(null, '', address(wanted));
  if (!fresh) return;
  if (narrow.matches) document.getElementById('picker').open = false;
  scrollTo(0, narrow.matches ? main.offsetTop : 0);
  main.querySelector('h2').focus({preventScroll: true});
}

function fromAddress() {
  const [number, a, b] = location.hash.slice(1).split(',').map(Number);
  const g = groups[number];
  draw(g ? number : 0, g && {a: g.documents[a - 1], b: g.documents[b - 1]});
}

// ---- the list of stories, and search ----

function storyButton(number) {
  const g = groups[number];
  const first = documents[g.documents[0]];
  const one = g.documents.length === 1;
  const who = (first.title && first.source) || first.id;
  const says = one ? who + (isBlank(g.documents[0]) ? ' (empty)' : '') : counted(g.documents.length, 'article', 'articles');
  const about = el('span.facts', {}, el('span', {dir: 'auto'}, says));
  if (nearBeyondExact(g).length) about.append(el('span.badge.near', {title: 'holds near-duplicates'}, '≈ near'));
  if (g.exact.length) about.append(el('span.badge.exact', {title: 'holds exact copies'}, '= exact'));
  const conflicts = conflictsOfGroup[number];
  if (conflicts) about.append(el('span.warning', {}, counted(conflicts, 'figure differs', 'figures differ')));
  const title = el('span.title', {}, one ? '' : el('span.dim.number', {}, number + ' '), el('bdi', {}, titleOf(g)));
  const attributes = {type: 'button', 'data-group': number, onclick: () => go(number)};
  return el(one ? 'button.story.one' : 'button.story', attributes, title, about);
}

const fold = (s) => s.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const haystacks = []; // what search looks at, made when first needed
function haystack(number) {
  if (!haystacks[number]) {
    const of = groups[number].documents.map((d) => documents[d]);
    haystacks[number] = fold(of.flatMap((d) => [d.id, d.source, d.title, d.text]).join('\n'));
  }
  return haystacks[number];
}

const filters = {
  'figures differ': (i) => conflictsOfGroup[i] > 0,
  'near-duplicates': (i) => groups[i].near.length + groups[i].exact.length > 0,
  warnings: (i) => groups[i].documents.some((d) => documents[d].warnings.length),
};

function foldedList(numbers, open) {
  const folded = el('details', {}, el('summary', {}, counted(numbers.length, 'article', 'articles') + ' alone'));
  folded.addEventListener('toggle', () => {
    if (!folded.open || folded.childNodes.length > 1) return;
    folded.append(...numbers.map(storyButton));
    press();
  });
  folded.open = open;
  return folded;
}

// Fills the list with the stories that pass all filters and hold all words.
function fill(list, text, wanted) {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const fits = (i) => [...wanted].every((w) => filters[w](i)) && words.every((w) => haystack(i).includes(w));
  const found = groups.map((_, i) => i).filter(fits);
  const many = found.filter((i) => groups[i].documents.length > 1);
  const alone = found.filter((i) => groups[i].documents.length === 1);
  list.replaceChildren(el('h2', {}, counted(many.length, ...nouns)), ...many.map(storyButton));
  if (alone.length) list.append(foldedList(alone, !many.length || (words.length > 0 && alone.length <= 50)));
  if (!found.length) list.append(el('p.nothing', {}, 'Nothing fits.'));
  press();
  return [...many, ...alone];
}

// The main pane never shows a story that the list left out: the first that fits takes its place.
function follow(found) {
  if (found.includes(shown.group)) return;
  if (found.length) {
    draw(found[0]);
    history.replaceState(null, '', address());
    return;
  }
  shown = {group: -1, a: -1, b: -1};
  view = null;
  main.replaceChildren(el('p.dim', {}, 'Nothing fits: no story holds these words and passes these filters.'));
}

function searchBox(list) {
  const says = 'Search stories and texts';
  const input = el('input', {type: 'search', placeholder: says + '  ( / )', 'aria-label': says});
  const wanted = new Set();
  let waiting = 0;
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => follow(fill(list, input.value, wanted)), 120);
  });
  const chip = (name) => {
    const toggle = (event) => {
      if (!wanted.delete(name)) wanted.add(name);
      event.currentTarget.setAttribute('aria-pressed', String(wanted.has(name)));
      follow(fill(list, input.value, wanted));
    };
    return el('button.chip', {type: 'button', 'aria-pressed': 'false', onclick: toggle}, name);
  };
  const useful = Object.keys(filters).filter((name) => groups.some((_, i) => filters[name](i)));
  return el('div.search', {role: 'search'}, ...useful.map(chip), input);
}

function picker() {
  const list = el('nav', {'aria-label': 'Stories'});
  list.addEventListener('keydown', (event) => {
    const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
    const all = [...list.querySelectorAll('.story')];
    const next = by && all[all.indexOf(document.activeElement) + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  const frame = el('details', {id: 'picker'}, el('summary', {}, 'Stories'), list);
  const fit = () => (frame.open = !narrow.matches);
  fit();
  narrow.addEventListener('change', fit);
  document.getElementById('head').append(searchBox(list));
  fill(list, '', []);
  return frame;
}

// ---- two documents alone ----

function shareBar(d) {
  const names = ['identical', 'shared', 'paraphrased', data.comparison.spans ? 'in no span' : 'unique'];
  const shares = data.comparison.shares[d];
  const nothing = shares.every((s) => s === 0);
  const words = nothing ? 'no text' : names.map((n, i) => percent(shares[i]) + ' ' + n).join(' · ');
  const bar = el('div.share', {role: 'img', 'aria-label': words});
  names.slice(0, 3).forEach((n, i) => {
    const part = el('i.c-' + n);
    part.style.width = shares[i] * 100 + '%';
    if (shares[i] > 0) bar.append(part);
  });
  const {id} = documents[d];
  return el(
    'div',
    {},
    el('span.id', {dir: 'auto'}, id),
    el('div', {dir: 'auto'}, headingOf(d)),
    nothing ? '' : bar,
    el('span.dim.number', {}, words),
  );
}

function drawComparison() {
  const {jaccard, containment, simhash} = data.comparison;
  const alike = 'Jaccard ' + jaccard + ' · containment ' + containment.join(' and ') + ' · SimHash cosine ' + simhash;
  const none = data.comparison.spans
    ? 'No span of reuse; compare without --spans shows single sentences.'
    : 'These two share no sentence.';
  view = sideBySide([0, 1], null, [isBlank(0) || isBlank(1) ? 'No text to compare.' : none]);
  main.append(
    el('h2', {}, 'Two articles, side by side'),
    el('div.shares', {}, shareBar(0), shareBar(1)),
    el('p.dim.number', {}, alike),
    view,
  );
}

// ---- start ----

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
  const search = document.querySelector('.search input');
  if (event.key === '/' && search) {
    event.preventDefault();
    search.focus();
  }
  if (event.key === 'n' && view) view.highlights.step(1);
  if (event.key === 'p' && view) view.highlights.step(-1);
});

const app = el('div', {id: 'app'});
document.getElementById('plain').replaceWith(app);
if (data.comparison) {
  app.className = 'single';
  app.append(main);
  drawComparison();
} else if (groups.length) {
  app.append(picker(), main);
  fromAddress();
  addEventListener('popstate', fromAddress);
} else {
  app.append(el('p.nothing', {}, 'No documents.'));
}
