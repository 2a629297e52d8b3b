"use strict";
// A list of words: looked up some hundred at once, shown as a table, saved as TSV.
const wordList = (() => {
  const together = 500;
  const titles = ["word", "status", "translation", "confidence", "others"];
  let rows = [];

  const row = (one) => {
    const [best, ...others] = one.translations;
    return [one.word, one.status.replaceAll("_", " "), best ? best.word : "", best ? best.confidence : "", others.map((other) => other.word).join(", ")];
  };

  const show = (to) => {
    at("table").tBodies[0].replaceChildren(...rows.map((cells) => {
      const line = make("tr");
      line.append(...cells.map((cell, place) => make("td", place === 3 && cell !== "" ? percent(cell) : cell, { dir: "auto", "data-title": titles[place], ...(place === 2 ? { lang: to } : {}) })));
      return line;
    }));
    at("table").hidden = !rows.length;
    at("list-save").disabled = !rows.length;
  };

  const run = async () => {
    const words = at("list").value.split("\n").map((line) => line.trim()).filter(Boolean);
    const state = at("list-state");
    if (!words.length) { state.textContent = "Paste some words first, one a line."; return; }
    const [from, to] = [at("from").value, at("to").value];
    at("list-run").disabled = true;
    rows = [];
    try {
      for (let first = 0; first < words.length; first += together) {
        state.textContent = `Looking up ${words.length} words …${first ? ` ${first} are done.` : ""}`;
        const found = await call("/v1/translate", {}, { model: model(), from, to, words: words.slice(first, first + together), top: 3 });
        rows.push(...found.results.map(row));
      }
      state.textContent = `${rows.filter((cells) => cells[2]).length} of ${rows.length} words have a translation.`;
    } catch (error) {
      const why = error instanceof Refused ? error.message : "no answer: the server is not reachable";
      state.textContent = `Stopped after ${rows.length} of ${words.length} words: ${why}.`;
    } finally {
      at("list-run").disabled = false;
      show(to);
    }
  };

  const save = () => {
    const text = [titles, ...rows].map((cells) => cells.map((cell) => String(cell ?? "").replace(/[\t\r\n]/g, " ")).join("\t")).join("\n");
    const link = make("a", "", { href: URL.createObjectURL(new Blob([`${text}\n`], { type: "text/tab-separated-values" })), download: "translations.tsv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  at("list-run").addEventListener("click", run);
  at("list-save").addEventListener("click", save);
  return { run, save };
})();
