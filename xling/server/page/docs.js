"use strict";
// Shows openapi.json: each address, its parameters, what it answers, and a form to try it.
const make = (name, text, attributes = {}) => {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};

function resolve(api, schema) {
  if (!schema || !schema.$ref) return schema || {};
  return schema.$ref.slice(2).split("/").reduce((place, part) => place[part], api);
}

function kind(api, schema) {
  const found = resolve(api, schema);
  if (found.anyOf) return found.anyOf.map((one) => kind(api, one)).join(" or ");
  if (found.enum) return found.enum.join(", ");
  if (found.type === "array") return `list of ${kind(api, found.items)}`;
  return found.type || found.title || "any";
}

function fields(api, schema, depth = 0) {
  const found = resolve(api, schema);
  if (found.type === "array") return fields(api, found.items, depth);
  const list = make("ul");
  for (const [name, field] of Object.entries(found.properties || {})) {
    const item = make("li");
    item.append(make("code", name), ` ${kind(api, field)}${field.description ? `: ${field.description}` : ""}`);
    const inner = field.type === "array" ? resolve(api, field.items) : resolve(api, field);
    if (inner.properties && depth < 3) item.append(fields(api, inner, depth + 1));
    list.append(item);
  }
  return list;
}

function table(api, parameters, name) {
  const made = make("table");
  const head = made.createTHead().insertRow();
  for (const name of ["parameter", "type", "default", "meaning"]) head.append(make("th", name, { scope: "col" }));
  const body = made.createTBody();
  for (const one of parameters) {
    const row = body.insertRow();
    const value = one.required ? "required" : String(one.schema.default ?? "");
    row.append(make("td", one.name), make("td", kind(api, one.schema)), make("td", value), make("td", one.description || one.schema.description || ""));
  }
  const scroll = make("div", undefined, { class: "scroll", tabindex: 0, role: "region", "aria-label": `Parameters of ${name}` });
  scroll.append(made);
  return scroll;
}

function attempt(path, method, operation, body) {
  const form = make("form", undefined, { class: "try" });
  const inputs = (operation.parameters || []).map((one) => {
    const label = make("label", one.name);
    const input = make("input", undefined, { name: one.name, value: (one.schema.examples || [""])[0] });
    label.append(input);
    form.append(label);
    return input;
  });
  const text = body && make("textarea", JSON.stringify((body.examples || [{}])[0], null, 1), { rows: 5, "aria-label": "Body" });
  if (text) form.append(text);
  const output = make("pre", "", { hidden: "", tabindex: 0 });
  form.append(make("button", "Try it", { type: "submit" }), output);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const url = new URL(path, location.origin);
    for (const input of inputs) if (input.value) url.searchParams.set(input.name, input.value);
    const key = sessionStorage.getItem("xling-key");
    const headers = { "Content-Type": "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    output.hidden = false;
    try {
      const answer = await fetch(url, { method: method.toUpperCase(), headers, body: text ? text.value : undefined });
      const said = await answer.text();
      let shown = said;
      try { shown = JSON.stringify(JSON.parse(said), null, 1); } catch { /* metrics are plain text */ }
      output.textContent = `${answer.status}\n${shown.slice(0, 20000)}`;
    } catch { output.textContent = "No answer: the server is not reachable."; }
  });
  return form;
}

async function start() {
  const main = document.getElementById("docs");
  try {
    const api = await (await fetch("/openapi.json")).json();
    main.replaceChildren(make("p", api.info.description));
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const part = make("section");
        part.append(make("h2", `${method.toUpperCase()} ${path}`), make("p", operation.description || operation.summary));
        if (operation.parameters) part.append(table(api, operation.parameters, `${method.toUpperCase()} ${path}`));
        const content = operation.requestBody && operation.requestBody.content["application/json"];
        const body = content && resolve(api, content.schema);
        if (body) part.append(make("h3", "Body"), fields(api, body));
        const answer = operation.responses["200"].content?.["application/json"]?.schema;
        if (answer && answer.$ref) part.append(make("h3", "Answer"), fields(api, answer));
        part.append(attempt(path, method, operation, body));
        main.append(part);
      }
    }
  } catch { main.replaceChildren(make("p", "The description of the interface cannot be loaded.", { role: "alert" })); }
}
start();
