// SPDX-License-Identifier: Apache-2.0
// Draws the report from the data in #data, one story at a time. Text of documents reaches the page as text nodes, attribute
// values and option labels only: never as markup. Offsets count UTF-16 units, as JavaScript does.
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const classes = ['identical', 'shared', 'paraphrased', 'related', 'unrelated'];
  const documents = data.documents, groups = data.groups;
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
  const percent = (x) => Math.round(x * 100) + ' %';
  const titleOf = (g) => g.title || documents[g.representative].id;

  function size(bytes) {
    if (bytes < 1000) return bytes + ' B';
    return bytes < 1e6 ? (bytes / 1000).toFixed(1) + ' kB' : (bytes / 1e6).toFixed(1) + ' MB';
  }

  function meter(share, label) {
    const fill = el('i');
    fill.style.width = Math.max(0, Math.min(1, share)) * 100 + '%';
    return el('span.meter', {role: 'img', 'aria-label': label}, fill);
  }

  // ---- what belongs together ----

  const key = (a, b) => Math.min(a, b) * documents.length + Math.max(a, b);
  const passagesOfPair = new Map(), linkOfPair = new Map(), linksOfGroup = groups.map(() => []);
  const groupOf = new Map(), conflictsOfGroup = groups.map(() => 0), relatedTo = groups.map(() => []);
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

  // The passages of two documents, sides turned so that `a` comes first.
  function passagesOf(a, b) {
    return (passagesOfPair.get(key(a, b)) || []).map((p) => {
      const turned = p[2][0] !== a;
      const sides = (turned ? [p[3], p[2]] : [p[2], p[3]]).map(([, inTitle, begin, end]) => ({inTitle: !!inTitle, begin, end}));
      const differences = [], conflicts = [];
      for (let i = 0; i < p[4].length; i += 4) differences.push(turned ? [p[4][i + 2], p[4][i + 3], p[4][i], p[4][i + 1]] : p[4].slice(i, i + 4));
      for (let i = 0; i < p[5].length; i += 5) {
        const at = p[5].slice(i + 1, i + 5);
        conflicts.push({kind: p[5][i], at: turned ? [at[2], at[3], at[0], at[1]] : at});
      }
      return {kind: classes[p[0]], score: p[1], sides, differences, conflicts};
    });
  }

  const fieldText = (d, side) => (side.inTitle ? documents[d].title : documents[d].text);
  function figures(passage, pair, conflict) {
    const [ab, ae, bb, be] = conflict.at;
    return fieldText(pair[0], passage.sides[0]).slice(ab, ae) + ' ≠ ' + fieldText(pair[1], passage.sides[1]).slice(bb, be);
  }

  // ---- one text, coloured ----

  // Everything to mark on one side (0 or 1) of a pair: {begin, end, inTitle, passage | differs | conflict | grey}.
  function marksOf(pair, side, passages) {
    const marks = [];
    passages.forEach((p, index) => {
      const inTitle = p.sides[side].inTitle;
      const add = (begin, end, more) => { if (end > begin) marks.push({begin, end, inTitle, ...more}); };
      add(p.sides[side].begin, p.sides[side].end, {passage: index, kind: p.kind});
      for (const d of p.differences) add(d[side * 2], d[side * 2 + 1], {differs: true});
      for (const c of p.conflicts) add(c.at[side * 2], c.at[side * 2 + 1], {conflict: c.kind + ': ' + figures(p, pair, c)});
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

  // Cuts `text` where a mark begins or ends and at line ends, and hands the pieces, line by line, to `line()`'s elements.
  function paint(text, marks, line) {
    const cuts = new Set([0, text.length]);
    for (const m of marks) cuts.add(Math.min(m.begin, text.length)).add(Math.min(m.end, text.length));
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) cuts.add(i).add(i + 1);
    const at = [...cuts].sort((x, y) => x - y), waiting = marks.slice().sort((x, y) => x.begin - y.begin);
    let active = [], next = 0, current = null;
    for (let i = 0; i + 1 < at.length; ++i) {
      active = active.filter((m) => m.end > at[i]);
      for (; next < waiting.length && waiting[next].begin <= at[i]; ++next) if (waiting[next].end > at[i]) active.push(waiting[next]);
      const part = text.slice(at[i], at[i + 1]);
      if (part === '\n') current = null;
      else if (current || part.trim()) (current = current || line()).append(piece(part, active));
    }
  }

  function textOf(d, marks) {
    const of = documents[d], language = /^[A-Za-z0-9-]{2,35}$/.test(of.language) ? of.language : null;
    const box = el('div.text', {lang: language, tabindex: 0, role: 'region', 'aria-label': of.id});
    const titleStands = of.titleInText && of.text.startsWith(of.title);
    if (of.title && !titleStands) {
      const heading = el('h4', {dir: 'auto'});
      paint(of.title.replace(/\n/g, ' '), marks.filter((m) => m.inTitle), () => heading);
      box.append(heading);
    }
    let first = true;
    paint(of.text, marks.filter((m) => titleStands || !m.inTitle), () => {
      const paragraph = el(first && titleStands && of.title ? 'p.lead' : 'p', {dir: 'auto'});
      first = false;
      box.append(paragraph);
      return paragraph;
    });
    for (const p of box.querySelectorAll('p')) if ([...p.childNodes].every((n) => n.className === 'grey')) p.classList.add('aside');
    return box;
  }

  // ---- side by side ----

  function panel(letter, d, text, choice) {
    const of = documents[d];
    const facts = [of.source, of.date, counted(of.tokens, 'word', 'words'), size(of.bytes)].filter(Boolean);
    return el('section.panel', {'aria-label': letter ? 'Article ' + letter : of.id},
      el('header', {}, letter ? el('span.letter', {}, letter) : '', choice || el('span.id', {dir: 'auto'}, of.id)),
      el('div.facts', {}, ...facts.map((f) => el('span', {dir: 'auto'}, f)), ...of.warnings.map((w) => el('span.warning', {dir: 'auto'}, '⚠ ' + w))),
      text);
  }

  function into(box, element) {
    const inside = element.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    box.scrollTo({top: inside - box.clientHeight / 3, behavior: calm.matches ? 'auto' : 'smooth'});
  }

  // Two texts whose passages light up together. choices: the two <select>, or nothing.
  function sideBySide(pair, choices) {
    const passages = passagesOf(pair[0], pair[1]);
    const texts = [0, 1].map((side) => textOf(pair[side], marksOf(pair, side, passages)));
    const pieces = passages.map(() => [[], []]);
    texts.forEach((box, side) => {
      for (const e of box.querySelectorAll('[data-p]')) for (const p of e.dataset.p.split(' ')) pieces[p][side].push(e);
    });
    pieces.forEach((both, i) => both.forEach((list, side) => {
      if (!list.length) return;
      list[0].tabIndex = 0;
      list[0].setAttribute('role', 'button');
      list[0].setAttribute('aria-describedby', 'said');
      if (!list[0].hasAttribute('aria-label')) list[0].setAttribute('aria-label', passages[i].kind + ': ' + fieldText(pair[side], passages[i].sides[side]).slice(passages[i].sides[side].begin, passages[i].sides[side].end));
    }));

    const said = el('div.said', {id: 'said', 'aria-live': 'polite'});
    let chosen = -1, lit = [];
    const mark = (list, name, on) => list.forEach((p) => pieces[p].flat().forEach((e) => e.classList.toggle(name, on)));
    function tell(list) {
      said.replaceChildren();
      const p = passages[list[0]];
      if (!p) return said.append(passages.length ? 'Point at a coloured sentence to see its counterpart; click to bring it into view.' : 'These two share no sentence.');
      said.append(p.kind + ' · ' + score(p.score));
      if (p.conflicts.length) said.append(' · figures differ: ', el('strong', {}, p.conflicts.map((c) => figures(p, pair, c)).join(', ')));
    }
    function light(list) {
      mark(lit, 'on', false);
      mark(lit = list, 'on', true);
      tell(list.length ? list : [chosen]);
    }
    function choose(p, sides) {
      mark(chosen < 0 ? [] : [chosen], 'chosen', false);
      mark([chosen = p], 'chosen', true);
      for (const side of sides) if (pieces[p][side].length) into(texts[side], pieces[p][side][0]);
      tell([p]);
    }
    const step = (by) => passages.length && choose((chosen < 0 && by < 0 ? passages.length - 1 : chosen + by + passages.length) % passages.length, [0, 1]);
    const under = (event) => { const e = event.target.closest('[data-p]'); return e ? e.dataset.p.split(' ').map(Number) : []; };
    const sides = el('div.sides', {}, ...['A', 'B'].map((letter, side) => panel(letter, pair[side], texts[side], choices && choices[side])));
    sides.addEventListener('pointerover', (event) => light(under(event)));
    sides.addEventListener('pointerleave', () => light([]));
    sides.addEventListener('focusin', (event) => light(under(event)));
    texts.forEach((box, side) => {
      const follow = (event) => { const list = under(event); if (list.length) choose(list.includes(chosen) ? list[(list.indexOf(chosen) + 1) % list.length] : list[0], [1 - side]); };
      box.addEventListener('click', follow);
      box.addEventListener('keydown', (event) => {
        if ((event.key !== 'Enter' && event.key !== ' ') || !event.target.matches('[data-p]')) return;
        event.preventDefault();
        follow(event);
      });
    });

    const view = el('div.view');
    const legend = classes.filter((c) => passages.some((p) => p.kind === c)).map((c) => {
      const chip = el('button.chip', {type: 'button', 'aria-pressed': 'true', title: 'show or hide this colour'},
        el('span.legend', {}, el('i.c-' + c), passages.filter((p) => p.kind === c).length + ' ' + c));
      chip.addEventListener('click', () => chip.setAttribute('aria-pressed', String(!view.classList.toggle('hide-' + c))));
      return chip;
    });
    if (pair.some((d) => documents[d].grey.length)) legend.push(el('span.chip.grey', {}, 'boilerplate'));
    const steps = el('div.steps', {hidden: !passages.length},
      el('button', {type: 'button', title: 'previous passage (p)', 'aria-label': 'previous passage', onclick: () => step(-1)}, '‹'),
      el('button', {type: 'button', title: 'next passage (n)', 'aria-label': 'next passage', onclick: () => step(1)}, '›'));
    view.append(el('div.bar', {}, ...legend, steps, said), conflictList(passages, pair, choose), sides);
    tell([-1]);
    view.step = step;
    return view;
  }

  function conflictList(passages, pair, choose) {
    const list = el('div.figures', {});
    passages.forEach((p, i) => p.conflicts.forEach((c) => list.append(
      el('button', {type: 'button', title: c.kind, onclick: () => choose(i, [0, 1])}, figures(p, pair, c)))));
    if (list.childNodes.length) list.prepend(el('strong', {}, 'Figures differ'));
    return list;
  }

  // ---- one story ----

  const main = el('main', {id: 'story'});
  let shown = {group: -1, a: -1, b: -1}, view = null;

  function subgroupBadges(g, d) {
    const list = [];
    (g.near.length || g.level !== 'near' || g.documents.length < 2 ? g.near : [g.documents]).forEach((s, i, all) => s.includes(d) && list.push(el('span.badge.near', {title: 'near-duplicates of one another'}, '≈ near' + (all.length > 1 ? ' ' + (i + 1) : ''))));
    (g.exact.length || g.level !== 'exact' || g.documents.length < 2 ? g.exact : [g.documents]).forEach((s, i, all) => s.includes(d) && list.push(el('span.badge.exact', {title: 'the same words in the same order'}, '= exact' + (all.length > 1 ? ' ' + (i + 1) : ''))));
    return list;
  }

  function articleList(number) {
    const g = groups[number];
    return el('ol.articles', {}, ...g.documents.map((d, i) => {
      const of = documents[d];
      const facts = [of.source, of.date, counted(of.tokens, 'word', 'words'), size(of.bytes)].filter(Boolean);
      const pick = ['a', 'b'].map((side) => el('button', {type: 'button', 'data-pick': side + d, 'aria-pressed': 'false', 'aria-label': 'show ' + of.id + ' as ' + side.toUpperCase(), onclick: () => go(number, side === 'a' ? d : shown.a, side === 'b' ? d : shown.b)}, side.toUpperCase()));
      return el('li', {}, el('span.index.number', {}, String(i + 1)),
        el('div.what', {}, el('span.id', {dir: 'auto'}, of.id), d === g.representative ? el('span.star', {title: 'most like the others'}, ' ★') : '', ...subgroupBadges(g, d),
          of.title && of.title !== g.title ? el('span.headline', {dir: 'auto'}, of.title) : '',
          el('div.facts', {}, ...facts.map((f) => el('span', {dir: 'auto'}, f))),
          ...of.warnings.map((w) => el('div.warning', {dir: 'auto'}, '⚠ ' + w))),
        el('div.pick', {}, ...pick));
    }));
  }

  function matrix(number) {
    const members = groups[number].documents, table = el('table.matrix', {});
    members.slice(0, -1).forEach((a, row) => {
      const cells = members.slice(1).map((b, column) => {
        if (column < row) return el('td');
        const l = linkOfPair.get(key(a, b)), label = (row + 1) + ' and ' + (column + 2);
        if (!l && !passagesOfPair.has(key(a, b))) return el('td', {}, el('button.cell.none', {type: 'button', 'data-pair': key(a, b), 'aria-label': label + ': no link', onclick: () => go(number, a, b)}, '·'));
        const cell = el('button.cell.number', {type: 'button', 'data-pair': key(a, b), 'aria-label': label + (l ? ': ' + l[2] + ' ' + score(l[3]) : ''), title: l ? [l[2], ...l[7]].join(' · ') : '', onclick: () => go(number, a, b)}, l ? score(l[3]) : '–');
        cell.style.setProperty('--share', l ? Math.max(0, Math.min(1, l[3])) : 0);
        return el('td', {}, cell);
      });
      table.append(el('tr', {}, el('th', {scope: 'row'}, String(row + 1)), ...cells));
    });
    table.prepend(el('tr', {}, el('td'), ...members.slice(1).map((_, i) => el('th', {scope: 'col'}, String(i + 2)))));
    return el('div.matrix-frame', {}, table);
  }

  function linkList(number, limit) {
    const members = groups[number].documents, place = new Map(members.map((d, i) => [d, i + 1]));
    const all = linksOfGroup[number], list = el('div.links');
    for (const l of all.slice(0, limit)) {
      list.append(el('button', {type: 'button', 'data-pair': key(l[0], l[1]), onclick: () => go(number, l[0], l[1])},
        el('span.pair.number', {}, place.get(l[0]) + ' – ' + place.get(l[1])), el('span.score.number', {}, score(l[3])), el('span.why', {dir: 'auto'}, [l[2], ...l[7]].join(' · '))));
    }
    if (all.length > limit) list.append(el('button.more', {type: 'button', onclick: () => { list.replaceWith(linkList(number, all.length)); press(); }}, 'all ' + all.length + ' links'));
    return list;
  }

  function selects(number) {
    return ['a', 'b'].map((side) => {
      const options = groups[number].documents.map((d, i) => el('option', {value: d, selected: d === shown[side]}, (i + 1) + ' · ' + documents[d].id));
      return el('select', {'aria-label': 'Article ' + side.toUpperCase(), onchange: (event) => {
        const d = Number(event.target.value);
        go(number, side === 'a' ? d : shown.a, side === 'b' ? d : shown.b, 'select[aria-label="Article ' + side.toUpperCase() + '"]');
      }}, ...options);
    });
  }

  function drawStory(number) {
    const g = groups[number], single = g.documents.length === 1;
    const facts = [counted(g.documents.length, 'article', 'articles'), g.level];
    main.replaceChildren(el('h2', {dir: 'auto', tabindex: -1}, titleOf(g)));
    if (single) {
      const d = g.documents[0];
      main.append(el('p.dim', {}, 'alone: no other article tells this'), el('h3', {}, 'Text'), el('div.sides.alone', {}, panel('', d, textOf(d, marksOf([d, d], 0, [])))));
    } else {
      main.append(el('p.dim', {}, facts.join(' · ') + ' · cohesion', meter(g.cohesion, ''), el('span.number', {}, score(g.cohesion))),
        el('div.evidence', {}, el('div', {}, el('h3', {}, 'Articles'), articleList(number)),
          el('div', {}, el('h3', {}, 'How alike'), g.documents.length <= 12 ? matrix(number) : '', linkList(number, 6))),
        el('h3', {}, 'Side by side'), el('div', {id: 'pair'}));
    }
    if (relatedTo[number].length) {
      const siblings = relatedTo[number].map(([other, s]) => el('li', {}, el('button', {type: 'button', dir: 'auto', onclick: () => go(other)}, titleOf(groups[other])), el('span.dim.number', {}, ' ' + score(s))));
      const related = el('div', {}, el('h3', {}, 'Related'), el('ul.siblings', {}, ...siblings));
      single ? main.append(related) : main.querySelector('.evidence').lastChild.append(related);
    }
  }

  // Which buttons stand for what is shown.
  function press() {
    for (const e of main.querySelectorAll('[data-pick]')) e.setAttribute('aria-pressed', String(e.dataset.pick === 'a' + shown.a || e.dataset.pick === 'b' + shown.b));
    for (const e of main.querySelectorAll('[data-pair]')) e.setAttribute('aria-pressed', String(Number(e.dataset.pair) === key(shown.a, shown.b)));
    for (const e of document.querySelectorAll('.story')) e.setAttribute('aria-current', String(Number(e.dataset.group) === shown.group));
  }

  // The strongest link; one that says more than "a reprint", where there is one.
  function defaultPair(number) {
    const links = linksOfGroup[number].filter((l) => passagesOfPair.has(key(l[0], l[1])));
    const best = links.find((l) => l[2] !== 'exact' && l[2] !== 'near') || links[0] || linksOfGroup[number][0];
    return best ? [best[0], best[1]] : groups[number].documents.slice(0, 2);
  }

  // Shows a story and two of its articles; without `a` and `b` the two that are most alike.
  function draw(number, a, b, focus) {
    const members = groups[number].documents;
    if (!members.includes(a) || !members.includes(b) || a === b) [a, b] = a === b && members.length > 1 && members.includes(a) ? [a, members.find((d) => d !== a)] : defaultPair(number);
    const fresh = number !== shown.group;
    shown = {group: number, a, b};
    if (fresh) drawStory(number);
    if (members.length > 1) {
      view = sideBySide([a, b], selects(number));
      main.querySelector('#pair').replaceChildren(view);
    } else view = null;
    press();
    if (focus && main.querySelector(focus)) main.querySelector(focus).focus();
    return fresh;
  }

  function go(number, a, b, focus) {
    const fresh = draw(number, a, b, focus);
    const multiple = groups[number].documents.length > 1;
    history.pushState(null, '', '#' + [number, ...(multiple && a !== undefined ? [shown.a, shown.b] : [])].join(','));
    if (!fresh) return;
    if (narrow.matches) document.getElementById('picker').open = false;
    scrollTo({top: narrow.matches ? main.offsetTop : 0, behavior: 'instant'});
    main.querySelector('h2').focus({preventScroll: true});
  }

  function fromAddress() {
    const [number, a, b] = location.hash.slice(1).split(',').map(Number);
    draw(groups[number] ? number : 0, a, b);
  }

  // ---- the list of stories, and search ----

  function storyButton(number) {
    const g = groups[number], one = g.documents.length === 1;
    const facts = one ? [documents[g.documents[0]].source || documents[g.documents[0]].id] : [counted(g.documents.length, 'article', 'articles')];
    const badges = [];
    if (g.near.length) badges.push(el('span.badge.near', {title: 'holds near-duplicates'}, '≈ near'));
    if (g.exact.length) badges.push(el('span.badge.exact', {title: 'holds exact copies'}, '= exact'));
    if (conflictsOfGroup[number]) badges.push(el('span.warning', {}, counted(conflictsOfGroup[number], 'figure differs', 'figures differ')));
    return el(one ? 'button.story.one' : 'button.story', {type: 'button', 'data-group': number, onclick: () => go(number)},
      el('span.title', {dir: 'auto'}, titleOf(g)), el('span.facts', {}, ...facts.map((f) => el('span', {dir: 'auto'}, f)), ...badges));
  }

  const fold = (s) => s.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const haystacks = [];
  function haystack(number) {
    const g = groups[number];
    return haystacks[number] || (haystacks[number] = fold([g.title, ...g.documents.flatMap((d) => [documents[d].id, documents[d].source, documents[d].title, documents[d].text])].join('\n')));
  }

  const filters = {
    'figures differ': (i) => conflictsOfGroup[i] > 0,
    'near-duplicates': (i) => groups[i].near.length + groups[i].exact.length > 0,
    'warnings': (i) => groups[i].documents.some((d) => documents[d].warnings.length),
  };

  function picker() {
    const list = el('nav', {'aria-label': 'Stories'}), wanted = new Set();
    const input = el('input', {type: 'search', placeholder: 'Search stories and texts  ( / )', 'aria-label': 'Search stories and texts'});
    function fill() {
      const words = fold(input.value).split(/\s+/).filter(Boolean);
      const fits = groups.map((_, i) => i).filter((i) => [...wanted].every((w) => filters[w](i)) && words.every((w) => haystack(i).includes(w)));
      const many = fits.filter((i) => groups[i].documents.length > 1), alone = fits.filter((i) => groups[i].documents.length === 1);
      list.replaceChildren(el('h2', {}, counted(many.length, ...nouns)), ...many.map(storyButton));
      if (alone.length) {
        const folded = el('details', {}, el('summary', {}, counted(alone.length, 'article', 'articles') + ' alone'));
        folded.addEventListener('toggle', () => { if (folded.open && folded.childNodes.length === 1) { folded.append(...alone.map(storyButton)); press(); } });
        folded.open = many.length === 0 || (words.length > 0 && alone.length <= 50);
        list.append(folded);
      }
      if (!fits.length) list.append(el('p.nothing', {}, 'Nothing fits.'));
      press();
    }
    let waiting = 0;
    input.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(fill, 120); });
    const chips = Object.keys(filters).filter((f) => groups.some((_, i) => filters[f](i))).map((f) => el('button.chip', {type: 'button', 'aria-pressed': 'false', onclick: (event) => {
      wanted.has(f) ? wanted.delete(f) : wanted.add(f);
      event.currentTarget.setAttribute('aria-pressed', String(wanted.has(f)));
      fill();
    }}, f));
    list.addEventListener('keydown', (event) => {
      const by = {ArrowDown: 1, ArrowUp: -1}[event.key], all = [...list.querySelectorAll('.story')];
      const next = by && all[all.indexOf(document.activeElement) + by];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
    document.getElementById('head').append(el('div.search', {role: 'search'}, ...chips, input));
    return {list, input, fill};
  }

  // ---- two documents alone ----

  function drawComparison() {
    const c = data.comparison, names = ['identical', 'shared', 'paraphrased', 'unique'];
    const share = (d) => {
      const bar = el('div.share', {role: 'img', 'aria-label': names.map((n, i) => percent(c.shares[d][i]) + ' ' + n).join(', ')});
      names.slice(0, 3).forEach((n, i) => {
        if (!(c.shares[d][i] > 0)) return;
        const part = el('i.c-' + n);
        part.style.width = c.shares[d][i] * 100 + '%';
        bar.append(part);
      });
      return el('div', {}, el('span.id', {dir: 'auto'}, documents[d].id), el('div', {dir: 'auto'}, documents[d].title), bar, el('span.dim.number', {}, names.map((n, i) => percent(c.shares[d][i]) + ' ' + n).join(' · ')));
    };
    main.append(el('h2', {}, 'Two articles, side by side'), el('div.shares', {}, share(0), share(1)),
      el('p.dim.number', {}, 'Jaccard ' + c.jaccard + ' · containment ' + c.containment.join(' and ') + ' · SimHash cosine ' + c.simhash),
      view = sideBySide([0, 1]));
  }

  // ---- start ----

  const app = el('div', {id: 'app'});
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
    const search = document.querySelector('.search input');
    if (event.key === '/' && search) { event.preventDefault(); search.focus(); }
    if (event.key === 'n' && view) view.step(1);
    if (event.key === 'p' && view) view.step(-1);
  });
  document.getElementById('plain').replaceWith(app);
  if (data.comparison) {
    app.className = 'single';
    app.append(main);
    drawComparison();
  } else if (groups.length) {
    const stories = picker(), frame = el('details', {id: 'picker'}, el('summary', {}, 'Stories'), stories.list);
    const fit = () => { frame.open = !narrow.matches; };
    fit();
    narrow.addEventListener('change', fit);
    app.append(frame, main);
    stories.fill();
    fromAddress();
    addEventListener('popstate', fromAddress);
  } else {
    app.append(el('p.nothing', {}, 'No documents.'));
  }
})();
