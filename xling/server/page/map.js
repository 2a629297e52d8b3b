"use strict";
// The map of the neighborhood: words in two dimensions, to be moved, zoomed and clicked.
const wordMap = (() => {
  const svg = document.getElementById("map");
  const space = "http://www.w3.org/2000/svg";
  const line = 15; // height of a label
  const slack = 5; // pixels that a pointer may move in a click
  let full = { x: 0, y: 0, w: 640, h: 400 };
  let view = { ...full };
  let moved = false; // whether the pointer has dragged the map since it went down
  const pointers = new Map();

  const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
  const move = (x, y) => { view.x += x; view.y += y; show(); };
  const zoom = (by, x = 0.5, y = 0.5) => {
    const w = Math.min(2 * full.w, Math.max(full.w / 10, view.w * by));
    const h = (w * full.h) / full.w;
    view = { x: view.x + (view.w - w) * x, y: view.y + (view.h - h) * y, w, h };
    show();
  };
  const whole = () => { view = { ...full }; show(); };

  // ---- pointer: drag with one, move and zoom with two ------------------------------------------

  const middle = () => {
    const [one, other = one] = [...pointers.values()];
    return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, apart: Math.hypot(one.x - other.x, one.y - other.y) };
  };
  svg.addEventListener("pointerdown", (event) => {
    if (!pointers.size) moved = false;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, first: { x: event.clientX, y: event.clientY } });
  });
  svg.addEventListener("pointermove", (event) => {
    const own = pointers.get(event.pointerId);
    if (!own) return;
    if (!event.buttons) { pointers.clear(); return; }
    const before = middle();
    own.x = event.clientX;
    own.y = event.clientY;
    if (!moved && pointers.size < 2 && Math.hypot(own.x - own.first.x, own.y - own.first.y) < slack) return;
    moved = true;
    const now = middle();
    const box = svg.getBoundingClientRect();
    move(((before.x - now.x) * view.w) / box.width, ((before.y - now.y) * view.w) / box.width);
    if (before.apart && now.apart) zoom(before.apart / now.apart, (now.x - box.x) / box.width, (now.y - box.y) / box.height);
  });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, (event) => pointers.delete(event.pointerId));
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !svg.contains(document.activeElement)) return; // the page scrolls
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, (event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height);
  }, { passive: false });

  // ---- keys and buttons ------------------------------------------------------------------------

  svg.addEventListener("keydown", (event) => {
    const step = view.w / 12;
    const keys = {
      ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step), ArrowDown: () => move(0, step),
      "+": () => zoom(1 / 1.25), "-": () => zoom(1.25), 0: whole,
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  for (const [id, act] of [["zoom-in", () => zoom(1 / 1.4)], ["zoom-out", () => zoom(1.4)], ["zoom-whole", whole]]) {
    document.getElementById(id).addEventListener("click", act);
  }

  // ---- words -----------------------------------------------------------------------------------

  const add = (parent, name, attributes) => {
    const node = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    parent.append(node);
    return node;
  };
  const meet = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

  // A word stands at its point, and its label beside it where no other one is.
  const place = (point, width, taken) => {
    let best = null;
    for (let step = 0; step < 14; step += 1) {
      const down = Math.ceil(step / 2) * (step % 2 ? 1 : -1) * (line * 0.8);
      for (const x of [point.x + 9, point.x - 9 - width]) {
        const box = { x, y: point.y + down - line / 2, w: width, h: line };
        const out = box.x < 4 || box.x + width > full.w - 4 || box.y < 2 || box.y + line > full.h - 2;
        const meets = taken.filter((other) => meet(box, other)).length + (out ? 3 : 0);
        if (best === null || meets < best.meets) best = { box, meets, down };
        if (!meets) return best;
      }
    }
    return best;
  };

  const shape = () => {
    full = svg.clientWidth && svg.clientWidth < 480 ? { x: 0, y: 0, w: 360, h: 400 } : { x: 0, y: 0, w: 640, h: 400 };
    whole();
  };
  // One scale for both directions, so that distances stay comparable.
  const fitted = (points) => {
    const ends = (key) => [Math.min(...points.map((one) => one[key])), Math.max(...points.map((one) => one[key]))];
    const [[left, right], [low, high]] = [ends("x"), ends("y")];
    const scale = Math.min((full.w - 130) / (right - left || 1), (full.h - 50) / (high - low || 1));
    return points.map((one) => ({
      ...one,
      x: full.w / 2 + (one.x - (left + right) / 2) * scale,
      y: full.h / 2 - (one.y - (low + high) / 2) * scale,
      r: one.kind === "neighbor" ? 3 : 5,
    }));
  };

  return {
    draw(points, source, choose) {
      svg.replaceChildren();
      shape();
      const spots = fitted(points);
      const taken = spots.map(({ x, y, r }) => ({ x: x - r - 1, y: y - r - 1, w: 2 * r + 2, h: 2 * r + 2 }));
      for (const one of spots) {
        const kinds = [one.language === source ? "own" : "other", one.kind === "word" ? "asked" : ""];
        const group = add(svg, "g", {
          class: kinds.join(" ").trim(), tabindex: 0, role: "button", "aria-label": `${one.word}, ${one.language}`,
        });
        const text = add(group, "text", { lang: one.language });
        text.textContent = one.word;
        const { box, down } = place(one, text.getComputedTextLength(), taken);
        taken.push(box);
        text.setAttribute("x", box.x);
        text.setAttribute("y", box.y + line - 4);
        if (Math.abs(down) > line) {
          const end = box.x > one.x ? box.x - 2 : box.x + box.w + 2;
          add(group, "line", { x1: one.x, y1: one.y, x2: end, y2: box.y + line / 2 });
        }
        add(group, "circle", { cx: one.x, cy: one.y, r: one.r });
        group.addEventListener("click", () => { if (!moved) choose(one.word, one.language); });
        group.addEventListener("keydown", (event) => {
          if (!["Enter", " "].includes(event.key)) return;
          event.preventDefault();
          choose(one.word, one.language);
        });
      }
    },
  };
})();
