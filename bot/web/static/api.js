// Lists the operations and models of openapi.json.

import { element } from "./dom.js";

const described = await (await fetch("/openapi.json")).json();
document.querySelector("#about").prepend(`${described.info.title}, version ${described.info.version}. ${described.info.description} `);

for (const [path, methods] of Object.entries(described.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    document.querySelector("#operations").append(showOperation(method, path, operation));
  }
}
for (const [name, model] of Object.entries(described.components.schemas)) {
  document.querySelector("#models").append(showModel(name, model));
}

function showOperation(method, path, operation) {
  const rows = [
    ...(operation.parameters ?? []).map((parameter) => [parameter.name, parameter.description, `in the ${parameter.in}`]),
    ...(operation.requestBody ? [["Body", "JSON, any one of the models.", typesOf(operation.requestBody)]] : []),
    ...Object.entries(operation.responses).map(([status, response]) => [status, response.description, typesOf(response)]),
  ];
  return element(
    "section", { className: "operation" },
    element("h3", {}, element("b", { textContent: method.toUpperCase() }), path),
    element("p", { textContent: operation.description }),
    operation.security && element("p", { className: "small", textContent: "Needs the conversation's token: Authorization: Bearer …" }),
    table(rows),
  );
}

function showModel(name, model) {
  const rows = Object.entries(model.properties ?? {}).map(([key, field]) => [key, typeOf(field), field.description ?? ""]);
  return element(
    "section", { className: "operation", id: name },
    element("h3", { textContent: name }), element("p", { textContent: model.description ?? "" }), table(rows),
  );
}

function table(rows) {
  return element("table", {}, element("tbody", {}, ...rows.map(([head, ...cells]) => element(
    "tr", {}, element("th", { scope: "row", textContent: head }),
    ...cells.map((cell) => element("td", {}, cell)),
  ))));
}

function typesOf(part) {
  return Object.values(part.content ?? {}).map((content) => typeOf(content.schema)).join(", ");
}

function typeOf(field) {
  const any = field.anyOf ?? field.oneOf ?? field.allOf;
  if (any) return any.map(typeOf).join(" or ");
  if (field.$ref) return field.$ref.split("/").pop();
  if (field.enum) return field.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (field.type === "array") return `list of ${typeOf(field.items)}`;
  return field.type ?? "any";
}
