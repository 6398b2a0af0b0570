'use strict';
// Comfort only. Without this script every page works by its links and forms.
(() => {
  /** @type {(s: string, r?: ParentNode) => HTMLElement[]} */
  const all = (s, r = document) => [.../** @type {NodeListOf<HTMLElement>} */ (r.querySelectorAll(s))];
  /** @type {(s: string, r?: ParentNode) => HTMLElement | null} */
  const one = (s, r = document) => r.querySelector(s);
  /** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {Partial<HTMLElementTagNameMap[T]>} props @returns {HTMLElementTagNameMap[T]} */
  const make = (tag, props) => Object.assign(document.createElement(tag), props);
  const DAY = 864e5;
  /** @param {number} t */
  const iso = t => new Date(t).toISOString().slice(0, 10);
  const spell = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  /** @param {Element} el @param {Record<string, string>} to */
  const set = (el, to) => { for (const k in to) el.setAttribute(k, to[k]); };

  // A date moves over a chart: line, rows and figures follow at once, the address when it rests.
  for (const form of all('form[data-scrub]')) {
    const { scrub = '', x: ends = '', today = '' } = form.dataset, chart = /** @type {HTMLElement} */ (document.getElementById(scrub));
    const date = /** @type {HTMLInputElement} */ (one('input[type=date]', form)), rendered = date.value;
    const stops = ends.split(',').map(s => { const [d, x] = s.split(':'); return [Date.parse(d), +x]; });
    const first = stops[0][0], last = Math.min(stops[stops.length - 1][0], Date.parse(today));
    const rows = all('[data-s]', chart).map(el => ({ states: (el.dataset.s ?? '').split('~').map(s => s.split('|')), now: one('.now', el), was: one('.now', el)?.innerHTML ?? '' }));
    const changes = [...new Set(rows.flatMap(r => r.states.map(s => s[0])))].filter(d => d && d <= iso(last)).sort();
    const figures = all('.figures li[data-alt]').map(el => ({ el, was: el.innerHTML }));
    const live = !!one('.now', chart), told = make('output', { className: 'told' });
    const steps = /** @type {HTMLAnchorElement[]} */ (live ? all('a[rel=prev],a[rel=next]', form) : []);
    /** @param {HTMLAnchorElement} a @param {string} day */
    const beside = (a, day) => a.rel === 'next' ? changes.find(d => d > day) : changes.filter(d => d < day).pop();
    const range = make('input', { type: 'range', min: '0', max: (last - first) / DAY + '', step: '1' });
    range.setAttribute('aria-label', 'As of, day by day');
    date.after(range);
    if (!live) range.after(told);
    /** @param {number} t */
    const at = t => { for (let i = 1; i < stops.length; i++) { const [a, x] = stops[i - 1], [b, y] = stops[i]; if (t <= b) return x + Math.max(0, t - a) / (b - a) * (y - x); } return 100; };

    /** @param {string} day @param {boolean} [rest] */
    const show = (day, rest) => {
      const t = Date.parse(day), x = at(t).toFixed(2), back = day === rendered;
      /** @type {Record<string, number>} */
      const n = { L: 0, C: 0, X: 0, M: 0, W: 0 };
      for (const el of all('.asof', chart)) set(el, { x1: x + '%', x2: x + '%' });
      for (const el of all('.after', chart)) set(el, { x: x + '%', width: 100 - +x + '%' });
      for (const { states, now, was } of rows) {
        const [, glyph, flags, text, since, limit] = /** @type {string[]} */ (states.filter(s => s[0] <= day).pop());
        for (const f of flags) n[f]++;
        const waits = since ? Math.round((t - Date.parse(since)) / DAY) : 0, over = since && waits > +limit;
        if (over) n.W++;
        const words = since ? `${text}, ${waits.toLocaleString('en-GB')} days` : text;
        if (!now) { told.textContent = back ? '' : words + (over ? ', stalled' : '') + ': press Show'; continue; }
        if (back) { now.innerHTML = was; continue; }
        set(/** @type {Element} */ (one('use', now)), { href: '#g-' + glyph });
        const span = /** @type {HTMLElement} */ (one('span', now));
        span.textContent = words;
        if (over) span.append(' ', make('b', { className: 'over', textContent: 'stalled' }));
      }
      for (const { el, was } of figures) {
        if (back) { el.innerHTML = was; continue; }
        const [count, text] = (el.dataset.alt ?? '').split('|'), [b, span] = all('b,span', el);
        b.textContent = [...count].reduce((sum, k) => sum + n[k], 0) + '';
        span.textContent = text.replace(/\{(\w)\}/g, (_, k) => n[k] + '');
      }
      for (const a of steps) a.hidden = !beside(a, day);
      date.value = day; range.value = Math.round((t - first) / DAY) + '';
      const out = one('.on-date', chart);
      if (out) { out.textContent = spell.format(t); out.setAttribute('datetime', day); }
      range.setAttribute('aria-valuetext', spell.format(t) + ': ' + (live ? n.L + n.C + ' on the list' : told.textContent));
      if (rest && live) { const q = new URLSearchParams(location.search); q.set('asOf', day); history.replaceState(null, '', '?' + q + location.hash); }
    };
    /** @param {number} t */
    const keep = t => iso(Math.min(last, Math.max(first, t)));
    range.oninput = () => show(keep(first + +range.value * DAY));
    range.onchange = () => show(keep(first + +range.value * DAY), true);
    range.onkeydown = e => {
      const years = e.key === 'PageUp' ? 1 : e.key === 'PageDown' ? -1 : 0;
      if (years) { e.preventDefault(); const d = new Date(first + +range.value * DAY); d.setUTCFullYear(d.getUTCFullYear() + years); show(keep(+d), true); }
    };
    date.onchange = () => { if (date.value) show(keep(Date.parse(date.value)), true); };
    for (const a of steps) a.onclick = e => { e.preventDefault(); show(/** @type {string} */ (beside(a, date.value)), true); };
    const asked = new URLSearchParams(location.search).get('asOf');
    show(asked && /^\d{4}-\d\d-\d\d$/.test(asked) ? keep(Date.parse(asked)) : rendered);
  }

  // Up, down, Home and End between the rows of a chart.
  for (const chart of all('.lanes')) chart.addEventListener('keydown', e => {
    const links = all('li > a', chart), i = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    /** @type {Record<string, HTMLElement>} */
    const to = { ArrowUp: links[i - 1], ArrowDown: links[i + 1], Home: links[0], End: links[links.length - 1] };
    if (i >= 0 && to[e.key]) { e.preventDefault(); to[e.key].focus(); }
  });

  // A button that copies what stands beside it.
  for (const from of all('[data-copy]')) {
    const button = make('button', { type: 'button', className: 'quiet copy', textContent: 'Copy' }), said = make('span', { className: 'vh' });
    said.setAttribute('role', 'status');
    button.onclick = async () => {
      try { await navigator.clipboard.writeText(from.innerText.trim()); button.textContent = said.textContent = 'Copied'; }
      catch { getSelection()?.selectAllChildren(from); said.textContent = 'Selected'; }
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    };
    from.after(button, said);
  }
})();
