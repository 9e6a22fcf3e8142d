"use strict";
// Without this script every table is whole, and only cannot be sorted or filtered.
// Rows to be seen before somebody asks for the others.
const FIRST = matchMedia("(max-width: 640px)").matches ? 5 : 15;
const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
document.documentElement.classList.add("js");

for (const table of document.querySelectorAll("table.rows")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const title = table.caption.textContent;
  const total = Number(table.dataset.total);
  let whole = rows.length <= FIRST;
  let sought = "";

  // A narrow screen lays rows out as blocks, and a block is no row to a screen reader unless told.
  table.setAttribute("role", "table");
  for (const part of [table.tHead, body]) part.setAttribute("role", "rowgroup");
  for (const row of table.rows) row.setAttribute("role", "row");
  for (const row of rows)
    [...row.cells].forEach((cell, n) => {
      cell.setAttribute("role", "cell");
      cell.dataset.label = heads[n].textContent;
    });

  const tools = document.createElement("div");
  tools.className = "tools";
  const label = document.createElement("label");
  label.append("Filter ");
  const field = document.createElement("input");
  field.type = "search";
  field.setAttribute("aria-label", `Filter ${title}`);
  label.append(field);
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  tools.append(label, status);
  const all = document.createElement("button");
  all.type = "button";
  all.className = "all";
  table.parentElement.before(tools);
  table.parentElement.after(all);

  const show = () => {
    let found = 0;
    for (const row of body.rows) {
      const fits = !sought || row.textContent.toLowerCase().replaceAll("_", " ").includes(sought);
      found += fits;
      row.classList.toggle("out", !fits);
      row.classList.toggle("later", fits && !whole && found > FIRST);
    }
    const seen = whole ? found : Math.min(found, FIRST);
    const here = total > rows.length ? `rows here, ${total.toLocaleString("en")} in all` : "rows";
    status.textContent =
      seen < rows.length ? `${seen} of ${rows.length} ${here}` : `${seen} ${here}`;
    all.hidden = whole || found <= FIRST;
    all.textContent = `Show all ${found} rows`;
  };
  field.addEventListener("input", () => {
    sought = field.value.trim().toLowerCase().replaceAll("_", " ");
    show();
  });
  all.addEventListener("click", () => {
    whole = true;
    show();
    table.parentElement.focus();
  });

  heads.forEach((head, n) => {
    head.setAttribute("role", "columnheader");
    const button = document.createElement("button");
    button.type = "button";
    button.title = head.title;
    button.append(...head.childNodes);
    head.append(button);
    const number = head.classList.contains("n");
    const of = (row) => row.cells[n].textContent;
    const value = (row) => Number(of(row).replaceAll(",", ""));
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const down = now ? now === "ascending" : number;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sorted = rows.toSorted((a, b) => {
        if (!of(a) || !of(b)) return !of(a) - !of(b); // what is empty comes last, both ways
        const by = number ? value(a) - value(b) : order.compare(of(a), of(b));
        return down ? -by : by;
      });
      body.append(...sorted);
      show();
    });
  });
  show();
}
