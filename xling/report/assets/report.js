"use strict";
// The map (move, zoom, hover, search, by mouse, finger and keyboard), the order of the mistakes
// and the list of queries. Words reach the page as text nodes only.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const fold = (text) => text.normalize("NFC").toLowerCase().trim();

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function bdi(word, language) {
    return element("bdi", word, { lang: language });
  }

  // ---------------------------------------------------------------- map
  const { words, links, languages } = data.map;
  const plane = byId("plane");
  const dots = [...byId("dots").children];
  const lines = [...byId("lines").children];
  const names = byId("names");
  const tip = byId("tip");
  const found = byId("found");
  const foldedWords = words.map((word) => fold(word.word));
  const joined = words.map(() => []);
  links.forEach(([a, b], i) => {
    joined[a].push(i);
    joined[b].push(i);
  });
  const view = { x: 0.5, y: 0.5, zoom: 1, width: 800, height: 560 };
  const MOST = 60, MARGIN = 24, NEAR = 16, SHOWN = 12;
  let chosen = -1;
  let matches = null; // a set of places, while something is searched for

  // Places have no unit, so that both directions are stretched to what the window has.
  const wide = () => (Math.min(view.width, 1.7 * view.height) - 2 * MARGIN) * view.zoom;
  const high = () => (Math.min(view.height, 1.7 * view.width) - 2 * MARGIN) * view.zoom;
  const across = (x) => view.width / 2 + (x - view.x) * wide();
  const down = (y) => view.height / 2 + (y - view.y) * high();

  function partners(place) {
    return joined[place].map((i) => ({
      place: links[i][0] === place ? links[i][1] : links[i][0],
      kind: links[i][2],
    }));
  }

  function draw() {
    const marked = new Set(matches || []);
    if (chosen >= 0) {
      marked.add(chosen);
      partners(chosen).forEach((one) => marked.add(one.place));
    }
    const some = matches !== null || chosen >= 0;
    words.forEach((word, i) => {
      dots[i].setAttribute("cx", across(word.x).toFixed(1));
      dots[i].setAttribute("cy", down(word.y).toFixed(1));
      dots[i].setAttribute("r", i === chosen ? 7 : view.width < 500 ? 3 : 4);
      dots[i].classList.toggle("on", i === chosen);
      dots[i].classList.toggle("dim", some && !marked.has(i));
    });
    links.forEach(([a, b], i) => {
      lines[i].setAttribute("x1", across(words[a].x).toFixed(1));
      lines[i].setAttribute("y1", down(words[a].y).toFixed(1));
      lines[i].setAttribute("x2", across(words[b].x).toFixed(1));
      lines[i].setAttribute("y2", down(words[b].y).toFixed(1));
      const on = a === chosen || b === chosen;
      lines[i].classList.toggle("on", on);
      lines[i].classList.toggle("dim", some && !on && !(marked.has(a) && marked.has(b)));
    });
    label(marked, some);
    plane.classList.toggle("zoomed", view.zoom > 1);
  }

  // Names where there is room: the chosen word first, then its partners, then the others in order.
  function label(marked, some) {
    const order = [...marked].sort((a, b) => (b === chosen) - (a === chosen));
    if (!some || view.zoom > 2.5) words.forEach((_, i) => marked.has(i) || order.push(i));
    const most = Math.min(MOST, (view.width * view.height) / 9000);
    const taken = [];
    const shown = [];
    for (const i of order) {
      if (shown.length >= most) break;
      const size = i === chosen ? 14 : 12;
      const box = {
        x: across(words[i].x) + 7,
        y: down(words[i].y) - size / 2 - 1,
        width: words[i].word.length * size * 0.58 + 4,
        height: size + 3,
      };
      if (box.x > view.width || box.y > view.height || box.x < -9 || box.y < -9) continue;
      if (box.x + box.width > view.width) box.x -= box.width + 14;
      const free = taken.every(
        (one) =>
          box.x > one.x + one.width || one.x > box.x + box.width ||
          box.y > one.y + one.height || one.y > box.y + box.height,
      );
      if (!free && i !== chosen) continue;
      taken.push(box);
      shown.push([i, box]);
    }
    names.replaceChildren(
      ...shown.map(([i, box]) => {
        const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
        text.textContent = words[i].word;
        text.setAttribute("x", box.x.toFixed(1));
        text.setAttribute("y", (box.y + box.height - 4).toFixed(1));
        text.setAttribute("class", (words[i].side ? "target" : "source") + (i === chosen ? " on" : ""));
        return text;
      }),
    );
  }

  function zoomAt(factor, x = view.width / 2, y = view.height / 2) {
    const before = [wide(), high()];
    view.zoom = Math.min(40, Math.max(1, view.zoom * factor));
    view.x += (x - view.width / 2) * (1 / before[0] - 1 / wide());
    view.y += (y - view.height / 2) * (1 / before[1] - 1 / high());
    if (view.zoom === 1) view.x = view.y = 0.5;
    draw();
  }

  function move(dx, dy) {
    const within = (value) => Math.min(1.1, Math.max(-0.1, value));
    view.x = within(view.x - dx / wide());
    view.y = within(view.y - dy / high());
    draw();
  }

  function wholeMap() {
    Object.assign(view, { x: 0.5, y: 0.5, zoom: 1 });
    draw();
  }

  function wordList(title, pairs, language, number) {
    const line = element("p", title + " ");
    pairs.forEach(([word, note], i) => {
      if (i) line.append(", ");
      line.append(bdi(word, language));
      if (note !== "") line.append(" ", element("small", number ? note.toFixed(2) : note));
    });
    if (!pairs.length) line.append("–");
    return line;
  }

  const KINDS = { right: "right", missed: "right, but not given", wrong: "given, wrong", answer: "given" };

  function choose(place, centre = false) {
    chosen = place;
    const panel = byId("chosen");
    panel.replaceChildren();
    if (place >= 0) {
      const word = words[place];
      if (centre) {
        view.zoom = Math.max(view.zoom, 4);
        Object.assign(view, { x: word.x, y: word.y });
      }
      const title = element("h3");
      const rank = word.rank.toLocaleString("en");
      title.append(
        bdi(word.word, languages[word.side]),
        element("small", ` ${languages[word.side]}, frequency rank ${rank}`),
      );
      const translations = partners(place).map((one) => [words[one.place].word, `(${KINDS[one.kind]})`]);
      panel.append(title);
      if (translations.length) {
        panel.append(wordList("Joined to", translations, languages[1 - word.side], false));
      }
      languages.forEach((language, i) => {
        panel.append(wordList(`Near in ${language}:`, word.near[i], language, true));
      });
    }
    draw();
  }

  function placeOf(event) {
    const box = plane.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  function nearestTo(x, y) {
    let best = -1, least = NEAR * NEAR;
    words.forEach((word, i) => {
      const apart = (across(word.x) - x) ** 2 + (down(word.y) - y) ** 2;
      if (apart < least) [best, least] = [i, apart];
    });
    return best;
  }

  function hover(x, y) {
    const place = nearestTo(x, y);
    tip.hidden = place < 0;
    if (place < 0) return;
    const to = partners(place).map((one) => words[one.place].word);
    const language = languages[words[place].side];
    tip.replaceChildren(bdi(words[place].word, language), ` (${language})`);
    if (to.length) tip.append(" – ", bdi(to.join(", "), languages[1 - words[place].side]));
    const left = Math.min(x + 12, view.width - tip.offsetWidth - 4);
    tip.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, y - 34)}px)`;
  }

  const fingers = new Map();
  let travelled = 0;

  plane.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, placeOf(event));
    travelled = 0;
    if (event.pointerType === "mouse") plane.setPointerCapture(event.pointerId);
  });
  plane.addEventListener("pointermove", (event) => {
    const [x, y] = placeOf(event);
    const before = fingers.get(event.pointerId);
    if (!before) return hover(x, y);
    tip.hidden = true;
    const others = [...fingers].filter(([id]) => id !== event.pointerId);
    travelled += Math.abs(x - before[0]) + Math.abs(y - before[1]);
    fingers.set(event.pointerId, [x, y]);
    if (others.length === 1) {
      const [ox, oy] = others[0][1];
      const far = Math.hypot(x - ox, y - oy), was = Math.hypot(before[0] - ox, before[1] - oy);
      if (was > 0) zoomAt(far / was, (x + ox) / 2, (y + oy) / 2);
    } else if (view.zoom > 1 || event.pointerType === "mouse") {
      move(x - before[0], y - before[1]);
    }
  });
  plane.addEventListener("pointerup", (event) => {
    if (fingers.delete(event.pointerId) && travelled < 6) choose(nearestTo(...placeOf(event)));
  });
  plane.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  plane.addEventListener("pointerleave", () => { tip.hidden = true; });
  plane.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page itself is scrolled
    event.preventDefault();
    zoomAt(Math.exp(-event.deltaY / 300), ...placeOf(event));
  }, { passive: false });

  const KEYS = {
    ArrowLeft: () => move(60, 0),
    ArrowRight: () => move(-60, 0),
    ArrowUp: () => move(0, 60),
    ArrowDown: () => move(0, -60),
    "+": () => zoomAt(1.5),
    "=": () => zoomAt(1.5),
    "-": () => zoomAt(1 / 1.5),
    0: wholeMap,
    n: () => choose((chosen + 1) % words.length, true),
    p: () => choose((chosen + words.length - (chosen < 0 ? 0 : 1)) % words.length, true),
    Escape: () => choose(-1),
  };
  plane.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || !words.length) return;
    event.preventDefault();
    act();
  });
  byId("zoom-in").addEventListener("click", () => zoomAt(1.5));
  byId("zoom-out").addEventListener("click", () => zoomAt(1 / 1.5));
  byId("zoom-all").addEventListener("click", wholeMap);

  function search() {
    const text = fold(byId("find").value);
    matches = null;
    let listed = [];
    if (text) {
      const start = [], inside = [];
      foldedWords.forEach((word, i) => {
        if (word.startsWith(text)) start.push(i);
        else if (word.includes(text)) inside.push(i);
      });
      start.sort((a, b) =>
        foldedWords[a].length - foldedWords[b].length || words[a].rank - words[b].rank);
      listed = [...start, ...inside];
      if (listed.length) matches = new Set(listed);
    }
    byId("found-note").textContent = !text ? ""
      : !listed.length ? "No word of the map matches"
      : listed.length === 1 ? "1 word matches" : `${listed.length} words match`;
    found.replaceChildren(
      ...listed.slice(0, SHOWN).map((place) => {
        const button = element("button", undefined, { type: "button" });
        const language = languages[words[place].side];
        button.append(bdi(words[place].word, language), element("small", ` ${language}`));
        button.addEventListener("click", () => choose(place, true));
        const item = element("li");
        item.append(button);
        return item;
      }),
    );
    draw();
    return listed;
  }
  byId("find").addEventListener("input", search);
  byId("find").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const listed = search();
    if (listed.length) choose(listed[0], true);
  });

  function fit() {
    const width = byId("frame").clientWidth;
    if (!width) return;
    view.width = width;
    view.height = Math.round(Math.min(0.72 * width + 80, 620, Math.max(320, innerHeight * 0.85)));
    plane.setAttribute("viewBox", `0 0 ${view.width} ${view.height}`);
    plane.setAttribute("width", view.width);
    plane.setAttribute("height", view.height);
    draw();
  }
  new ResizeObserver(fit).observe(byId("frame"));
  fit();

  // ---------------------------------------------------------------- mistakes
  const list = byId("mistakes");
  if (list) {
    const given = [...list.children];
    const sign = { sure: -1, rank: -1, frequency: 1 };
    const sort = () => {
      const by = byId("order").value;
      given.sort((a, b) => sign[by] * (Number(a.dataset[by]) - Number(b.dataset[by])));
      list.append(...given);
    };
    byId("order").addEventListener("change", sort);
    sort();
  }

  // ---------------------------------------------------------------- queries
  if (!data.queries) return;
  const rows = [
    ...data.queries.map(([query, gold, answer, rank, sure, right]) =>
      ({ query, gold, answer, rank, sure, kind: right ? "right" : "wrong" })),
    ...data.missing.map((query) => ({ query, gold: [], answer: null, rank: null, sure: null, kind: "missing" })),
  ];
  const body = byId("queries").tBodies[0];
  const ROWS = 50;

  function listQueries() {
    const text = fold(byId("query").value);
    const kind = byId("which").value;
    const shown = rows.filter((row) =>
      (!kind || row.kind === kind) &&
      (!text || fold(row.query).includes(text) || (row.answer && fold(row.answer).includes(text))));
    byId("query-note").textContent =
      `${shown.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} queries` +
      (shown.length > ROWS ? `, the first ${ROWS} shown` : "");
    body.replaceChildren(...shown.slice(0, ROWS).map((row) => {
      const line = element("tr");
      const name = element("th", undefined, { scope: "row", class: "text" });
      name.append(bdi(row.query, data.from));
      const gold = element("td", undefined, { class: "text" });
      gold.append(bdi(row.gold.join(", ") || "–", data.to));
      const answer = element("td", undefined, { class: "text " + (row.kind === "right" ? "better" : "") });
      answer.append(row.answer === null ? "–" : bdi(row.answer, data.to));
      line.append(name, gold, answer,
        element("td", row.sure === null ? "–" : row.sure.toFixed(2)),
        element("td", row.rank === null ? "–" : row.rank.toLocaleString("en")));
      return line;
    }));
  }
  byId("query").addEventListener("input", listQueries);
  byId("which").addEventListener("change", listQueries);
  listQueries();
})();
