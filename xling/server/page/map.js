"use strict";
// The map of the neighborhood: words in two dimensions, to be moved, zoomed and clicked.
const wordMap = (() => {
  const svg = document.getElementById("map");
  const space = "http://www.w3.org/2000/svg";
  const full = { x: 0, y: 0, w: 640, h: 400 };
  let view = { ...full };
  let drag = null;

  const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
  const move = (x, y) => { view.x += x; view.y += y; show(); };
  const zoom = (by, x = 0.5, y = 0.5) => {
    const w = Math.min(1280, Math.max(60, view.w * by));
    const h = (w * full.h) / full.w;
    view = { x: view.x + (view.w - w) * x, y: view.y + (view.h - h) * y, w, h };
    show();
  };

  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, (event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height);
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, y: event.clientY }; });
  svg.addEventListener("pointermove", (event) => {
    if (!drag || !event.buttons) return;
    const scale = view.w / svg.getBoundingClientRect().width;
    move((drag.x - event.clientX) * scale, (drag.y - event.clientY) * scale);
    drag = { x: event.clientX, y: event.clientY };
  });
  window.addEventListener("pointerup", () => { drag = null; });
  svg.addEventListener("keydown", (event) => {
    const step = view.w / 12;
    const keys = {
      ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step), ArrowDown: () => move(0, step),
      "+": () => zoom(1 / 1.25), "-": () => zoom(1.25), 0: () => { view = { ...full }; show(); },
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  const add = (parent, name, attributes) => {
    const node = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    parent.append(node);
    return node;
  };

  // Words that would cover each other are moved apart a little, so that all can be read.
  const spread = (points) => {
    const placed = [];
    for (const point of points) {
      let y = 200 - point.y * 170;
      const x = 320 + point.x * 250;
      while (placed.some((other) => Math.abs(other.y - y) < 15 && Math.abs(other.x - x) < 70)) y += 15;
      placed.push({ ...point, x, y });
    }
    return placed;
  };

  return {
    draw(points, source, choose) {
      svg.replaceChildren();
      view = { ...full };
      show();
      for (const point of spread(points)) {
        const kinds = [point.language === source ? "own" : "other", point.kind === "word" ? "asked" : ""];
        const group = add(svg, "g", {
          class: kinds.join(" ").trim(), tabindex: 0, role: "button",
          "aria-label": `${point.word}, ${point.language}`,
        });
        add(group, "circle", { cx: point.x, cy: point.y, r: point.kind === "neighbor" ? 3 : 5 });
        const text = add(group, "text", { x: point.x + 9, y: point.y + 4, lang: point.language });
        text.textContent = point.word;
        group.addEventListener("click", () => choose(point.word, point.language));
        group.addEventListener("keydown", (event) => {
          if (event.key === "Enter") choose(point.word, point.language);
        });
      }
    },
  };
})();
