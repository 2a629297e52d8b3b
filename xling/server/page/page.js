"use strict";
const at = (id) => document.getElementById(id);
const make = (name, text, attributes = {}) => {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};
const percent = (value) => {
  if (value === null) return "–";
  if (value < 0.005) return "< 1 %";
  if (value > 0.9995) return "> 99.9 %";
  return `${(100 * value).toFixed(value > 0.995 ? 1 : 0)} %`;
};
const names = new Intl.DisplayNames(["en"], { type: "language" });
const nameOf = (tag) => { try { return names.of(tag) || tag; } catch { return tag; } };
const SHOWN = 3; // translations that are shown however unsure they are
const WHY = {
  linked: "seen together in matched sentences",
  guessed: "never linked: guessed from contexts, word forms",
  space: "nearest in the shared space",
};
let models = [];
let ask = 0; // the number of the last look-up: answers of earlier ones come too late

// ---- the server -------------------------------------------------------------------------------

class Refused extends Error {
  constructor(status, error) { super(error.message); this.status = status; this.code = error.code; this.hint = error.hint; }
}

async function call(path, parameters, body) {
  const url = new URL(path, location.origin);
  for (const [key, value] of Object.entries(parameters || {})) if (value) url.searchParams.set(key, value);
  const headers = {};
  const key = sessionStorage.getItem("xling-key");
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(url, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  if (answer.status === 401) { await askForKey(); return call(path, parameters, body); }
  const document = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, document.error || { message: `the server answered ${answer.status}` });
  return document;
}

function askForKey() {
  const dialog = at("key-dialog");
  return new Promise((done) => {
    dialog.addEventListener("close", () => { sessionStorage.setItem("xling-key", at("key").value); done(); }, { once: true });
    if (!dialog.open) dialog.showModal();
  });
}

// ---- states -----------------------------------------------------------------------------------

function say(text, { bad = false, again = null } = {}) {
  const state = at("state");
  state.className = bad ? "bad" : "";
  state.replaceChildren(text);
  if (again) {
    const button = make("button", "Try again", { type: "button" });
    button.addEventListener("click", again);
    state.append(button);
  }
}

function explain(error, again) {
  if (error instanceof Refused) {
    const busy = error.status === 503 || error.status === 429;
    say(busy ? `The server is busy: ${error.message}.` : `${error.message}${error.hint ? ` – ${error.hint}` : ""}`, { bad: true, again });
  } else {
    say("No answer: the server is not reachable. What you see is from before.", { bad: true, again });
  }
}

// ---- model and direction ----------------------------------------------------------------------

const model = () => at("model").value;
const options = (select, values, chosen, name = (value) => value) => {
  select.replaceChildren(...values.map((value) => make("option", name(value), { value })));
  select.value = values.includes(chosen) ? chosen : values[0];
};

function chooseModel(name, from, to) {
  const found = models.find((one) => one.name === name) || models[0];
  at("model").value = found.name;
  options(at("from"), found.languages, from, nameOf);
  options(at("to"), found.languages, to || found.languages[1], nameOf);
  if (at("from").value === at("to").value) at("to").value = found.languages.find((tag) => tag !== at("from").value);
  at("word").lang = at("from").value;
}

function turn() {
  const [from, to] = [at("from").value, at("to").value];
  at("from").value = to;
  at("to").value = from;
  at("word").lang = to;
}

// ---- one word ---------------------------------------------------------------------------------

function go(word, language) {
  if (language && language === at("to").value) turn();
  at("word").value = word;
  lookUp({ focus: true });
}

function wordButton(word, language) {
  const button = make("button", word, { type: "button", class: "word", lang: language, dir: "auto" });
  button.addEventListener("click", () => go(word, language));
  return button;
}

async function lookUp({ keep = false, focus = false } = {}) {
  const word = at("word").value.trim();
  closeSuggestions();
  if (!word) { at("answer").hidden = true; say("Type a word in either language."); return; }
  const number = ++ask;
  const asked = { model: model(), from: at("from").value, to: at("to").value, word };
  if (!keep) {
    const hash = `#${new URLSearchParams(asked)}`;
    if (hash !== location.hash) history.pushState(null, "", hash);
  }
  const slow = setTimeout(() => { say("Looking up …"); at("answer").setAttribute("aria-busy", "true"); }, 300);
  const slower = setTimeout(() => say("Still looking: the server may be loading the model."), 3000);
  try {
    const document = await call("/v1/translate", { ...asked, top: 8, evidence: "true" });
    if (number !== ask) return;
    showTranslations(document);
    if (focus) at("asked").focus();
    remember(asked);
    if (document.results[0].status === "out_of_vocabulary") offerOthers(asked, number);
    else showNeighborhood(document, number);
  } catch (error) {
    if (number === ask) explain(error, () => lookUp({ keep: true }));
  } finally {
    clearTimeout(slow);
    clearTimeout(slower);
    if (number === ask) at("answer").removeAttribute("aria-busy");
  }
}

function showTranslations(document) {
  const result = document.results[0];
  at("answer").hidden = false;
  at("asked").textContent = result.word;
  at("asked").lang = document.from;
  at("asked").dir = "auto";
  at("about").textContent = about(result, document);
  at("legend").hidden = result.translations.every((one) => one.confidence === null);
  const unsure = (one, place) => place >= SHOWN && one.confidence !== null && one.confidence < 0.01;
  const items = (kept) => result.translations.filter(kept).map((one) => translation(one, document.to));
  at("translations").replaceChildren(...items((one, place) => !unsure(one, place)));
  const others = items(unsure);
  at("unlikely").replaceChildren(...others);
  at("more").hidden = !others.length;
  at("more").open = false;
  at("more-title").textContent = `${others.length} more, less than 1 % likely`;
  at("maybe").hidden = true;
  for (const id of ["nearby", "map-section"]) at(id).hidden = result.status === "out_of_vocabulary";
  say(result.translations.length ? `${result.translations.length} translations of ${result.word}.` : `Nothing found for ${result.word}.`);
}

function about(result, document) {
  if (result.status === "out_of_vocabulary") return `This model does not know the word in ${nameOf(document.from)}, and cannot compose it. Check the spelling and the direction.`;
  if (!result.translations.length) return "The word is known, but nothing speaks for any translation.";
  if (result.status === "subword") return "Not in the vocabulary: its place was composed of parts of words, so take this with care.";
  if (result.translations[0].evidence === "space") {
    return result.trained ? "A pair that linked the two spaces holds this word." : "No pair that linked the two spaces holds this word.";
  }
  if (result.held_out) return "Held out: no matched sentence with this word was used.";
  if (result.trained) return "The model saw this word in matched sentences.";
  return "The model never saw this word in a matched sentence.";
}

function translation(one, language) {
  const item = make("li");
  const bar = make("div", undefined, { class: one.confidence === null ? "bar none" : "bar", "aria-hidden": "true" });
  const fill = make("span");
  fill.style.width = `${100 * (one.confidence ?? 0)}%`;
  bar.append(fill);
  const sure = make("span", one.confidence === null ? one.score.toFixed(3) : percent(one.confidence), { class: "sure" });
  if (one.confidence !== null) sure.prepend(make("span", "confidence ", { class: "hidden" }));
  item.append(wordButton(one.word, language), bar, sure, make("span", WHY[one.evidence] || "", { class: `why ${one.evidence}` }));
  return item;
}

// Of a word that nobody knows: words of both languages that begin as it does, as far as any do.
async function offerOthers({ model: name, from, to, word }, number) {
  const letters = [...word];
  for (let length = letters.length; length > 1 && length > letters.length - 4; length -= 1) {
    const asked = { model: name, prefix: letters.slice(0, length).join(""), top: 4 };
    const found = await Promise.all([from, to].map((language) => call("/v1/suggest", { ...asked, language }))).catch(() => []);
    if (number !== ask) return;
    const buttons = found.flatMap((one) => one.words.map((near) => ({ near, language: one.language })));
    if (!buttons.length) continue;
    at("maybe-words").replaceChildren(...buttons.map(({ near, language }) => {
      const item = make("li");
      item.append(wordButton(near, language), make("small", ` ${nameOf(language)}`));
      return item;
    }));
    at("maybe").hidden = false;
    return;
  }
}

async function showNeighborhood(document, number) {
  const { model: name, from, to } = document;
  const result = document.results[0];
  const best = result.translations[0];
  at("near-from").textContent = `Near “${result.word}” in ${nameOf(from)}`;
  at("near-to").textContent = best ? `Near “${best.word}” in ${nameOf(to)}` : `Near it in ${nameOf(to)}`;
  const near = (language, word) => (word ? call("/v1/neighbors", { model: name, language, word, top: 10 }).then((found) => found.neighbors) : []);
  const layout = call("/v1/map", { model: name, from, to, word: result.word, top: 7 });
  try {
    const [one, other, map] = await Promise.all([near(from, result.word), near(to, best && best.word), layout]);
    if (number !== ask) return;
    for (const [id, words, language] of [["neighbors-from", one, from], ["neighbors-to", other, to]]) {
      at(id).replaceChildren(...words.map((found) => { const item = make("li"); item.append(wordButton(found.word, language)); return item; }));
      if (!words.length) at(id).append(make("li", "none"));
    }
    at("map-section").hidden = !map.points.length;
    wordMap.draw(map.points, from, go);
  } catch (error) {
    if (number === ask) explain(error, () => lookUp({ keep: true }));
  }
}

// ---- suggestions ------------------------------------------------------------------------------

let chosen = -1;
let typed = 0;

function closeSuggestions() {
  typed += 1;
  chosen = -1;
  at("suggestions").hidden = true;
  at("word").setAttribute("aria-expanded", "false");
  at("word").removeAttribute("aria-activedescendant");
}

async function suggest() {
  const prefix = at("word").value.trim();
  const number = ++typed;
  choose(-1); // what was chosen belongs to what was typed before
  if (!prefix) { closeSuggestions(); return; }
  await new Promise((done) => setTimeout(done, 120));
  if (number !== typed) return;
  const languages = [at("from").value, at("to").value];
  try {
    const found = await Promise.all(languages.map((language) => call("/v1/suggest", { model: model(), language, prefix, top: 6 })));
    if (number !== typed) return;
    const items = found.flatMap((one) => one.words.map((word) => ({ word, language: one.language })));
    showSuggestions(items);
  } catch { closeSuggestions(); }
}

function showSuggestions(items) {
  chosen = -1;
  at("suggestions").replaceChildren(...items.map(({ word, language }, place) => {
    const item = make("li", undefined, { role: "option", id: `suggestion-${place}`, "aria-selected": "false" });
    item.append(make("span", word, { lang: language, dir: "auto" }), make("small", language));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); go(word, language); });
    item.choose = () => go(word, language);
    return item;
  }));
  at("suggestions").hidden = !items.length;
  at("word").setAttribute("aria-expanded", String(Boolean(items.length)));
}

function onKey(event) {
  const items = [...at("suggestions").children];
  if (event.key === "Escape") { closeSuggestions(); return; }
  if (event.key === "Enter" && chosen >= 0 && !at("suggestions").hidden) { event.preventDefault(); items[chosen].choose(); return; }
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || at("suggestions").hidden) return;
  event.preventDefault();
  if (event.key === "ArrowDown") choose((chosen + 1) % items.length);
  else choose((Math.max(chosen, 0) - 1 + items.length) % items.length);
}

function choose(place) {
  const items = [...at("suggestions").children];
  if (items[chosen]) items[chosen].setAttribute("aria-selected", "false");
  chosen = place;
  at("word").removeAttribute("aria-activedescendant");
  if (!items[place]) return;
  items[place].setAttribute("aria-selected", "true");
  items[place].scrollIntoView({ block: "nearest" });
  at("word").setAttribute("aria-activedescendant", items[place].id);
}

// ---- history ----------------------------------------------------------------------------------

const KEPT = 30;
const past = () => { try { return JSON.parse(localStorage.getItem("xling-history")) || []; } catch { return []; } };

function remember(asked) {
  const same = (one) => JSON.stringify(one) === JSON.stringify(asked);
  try { localStorage.setItem("xling-history", JSON.stringify([asked, ...past().filter((one) => !same(one))].slice(0, KEPT))); } catch { /* private window */ }
  showHistory();
}

function showHistory() {
  const items = past().map((asked) => {
    const item = make("li");
    item.append(make("a", `${asked.word} (${asked.from}→${asked.to})`, { href: `#${new URLSearchParams(asked)}` }));
    return item;
  });
  at("history").replaceChildren(...(items.length ? items : [make("li", "Nothing yet.")]));
}

// ---- model card -------------------------------------------------------------------------------

async function showCard() {
  if (!at("about-model").open) return;
  try {
    const card = await call("/v1/card", { model: model() });
    const entries = [["model", card.name], ["made by", card.recipe || card.method], ["languages", card.languages.join(", ")],
      ["words", Object.entries(card.vocabulary).map(([tag, count]) => `${tag} ${count.toLocaleString()}`).join(", ")],
      ["evidence", card.channels.join(", ")], ["sentence pairs", card.sentence_pairs && card.sentence_pairs.toLocaleString()], ["seed pairs", card.seed_pairs],
      ["held-out words", card.held_out && card.held_out.words], ["verdict", card.verdict]];
    for (const [way, kinds] of Object.entries(card.scores || {})) {
      for (const [kind, score] of Object.entries(kinds)) {
        if (score.precision) entries.push([`${way.replace(">", " → ")}, ${kind} words`, `first answer right: ${percent(score.precision["1"])} of ${score.queries}`]);
      }
    }
    if (card.demo) entries.push(["note", "learned from synthetic text; its scores say nothing about real text"]);
    const shown = entries.filter(([, value]) => value !== undefined && value !== null && value !== "");
    at("card").replaceChildren(...shown.flatMap(([name, value]) => [make("dt", name), make("dd", String(value))]));
  } catch (error) { at("card").replaceChildren(make("dt", "error"), make("dd", error.message)); }
}

// ---- start ------------------------------------------------------------------------------------

function readHash() {
  const asked = new URLSearchParams(location.hash.slice(1));
  chooseModel(asked.get("model"), asked.get("from"), asked.get("to"));
  at("word").value = asked.get("word") || "";
  if (at("word").value) lookUp({ keep: true });
}

async function start() {
  try {
    models = (await call("/v1/models")).models;
  } catch (error) { explain(error, start); return; }
  options(at("model"), models.map((one) => one.name));
  showHistory();
  readHash();
}

at("search").addEventListener("submit", (event) => { event.preventDefault(); lookUp(); });
at("switch").addEventListener("click", () => { turn(); if (at("word").value.trim()) lookUp(); });
at("word").addEventListener("input", suggest);
at("word").addEventListener("keydown", onKey);
at("word").addEventListener("blur", closeSuggestions);
at("model").addEventListener("change", () => { chooseModel(at("model").value); showCard(); lookUp(); });
for (const [id, other] of [["from", "to"], ["to", "from"]]) {
  at(id).addEventListener("change", () => {
    const languages = models.find((one) => one.name === model()).languages;
    if (at("from").value === at("to").value) at(other).value = languages.find((tag) => tag !== at(id).value);
    at("word").lang = at("from").value;
    lookUp();
  });
}
at("forget").addEventListener("click", () => { localStorage.removeItem("xling-history"); showHistory(); });
at("about-model").addEventListener("toggle", showCard);
window.addEventListener("popstate", readHash);
window.addEventListener("offline", () => say("You are offline. What you see is from before.", { bad: true }));
window.addEventListener("online", () => say("Online again."));
start();
