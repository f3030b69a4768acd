// A review in a page: accept, change, drop and add statements, and save what was done.
// review(root, data) takes one element .review and its data; it writes text, never markup.
// When edits are saved it dispatches "review-save" on the root; a page that keeps edits itself
// calls preventDefault, else they are downloaded.

const DAY = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const LASTING = /^P(?=\d)(\d{1,4}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?$/;
const STATES = { accept: "accepted", change: "changed", drop: "dropped", add: "added" };
const FIELDS = ["actor", "target", "action", "instrument", "modality", "rate", "value", "goods",
  "firm", "date", "until", "duration", "source", "core"];

const make = (name, given = {}, ...held) => {
  const made = Object.assign(document.createElement(name), given);
  made.append(...held);
  return made;
};
const listed = text => text.split(/[,;]/).map(t => t.trim()).filter(Boolean);
const plain = number => String(Number(number.toPrecision(12)));
const words = code => code.replaceAll("_", " ");

// each field: its label, as text, from text (undefined where it cannot be), what it allows
function forms(data) {
  const codes = new Set(data.codes);
  const sides = {
    show: v => v.join(", "), allowed: "codes such as USA, CHN, EU, WTO, or firm:ZTE",
    take: t => { const v = listed(t); return v.every(c => codes.has(c) || /^firm:\S/.test(c)) ? v : undefined; },
  };
  const texts = { show: v => v.join("; "), take: t => t.split(";").map(x => x.trim()).filter(Boolean), allowed: "with ; between" };
  const day = { show: v => v ?? "", take: t => !t ? null : DAY.test(t) ? t : undefined, allowed: "YYYY, YYYY-MM or YYYY-MM-DD" };
  const choice = options => ({ options, show: v => v, take: t => t });
  return {
    actor: { label: "who", ...sides }, target: { label: "to whom", ...sides },
    action: { label: "does", ...choice(data.choices.action) },
    instrument: { label: "by", ...choice(data.choices.instrument) },
    modality: { label: "stands", ...choice(data.choices.modality) },
    rate: {
      label: "rates", allowed: "per cent from 0 to 10000, such as 25%; 10%",
      show: v => v.map(r => `${plain(100 * r)}%`).join("; "),
      take: t => { const v = listed(t).map(p => /^\d+(\.\d+)?%?$/.test(p) ? parseFloat(p) : NaN); return v.every(r => r >= 0 && r <= 10000) ? v.map(r => Number((r / 100).toPrecision(12))) : undefined; },
    },
    value: {
      label: "amounts", allowed: "amount and unit, such as 50000000000 USD; 12 tonnes",
      show: v => v.map(([a, u]) => `${plain(a)} ${u}`).join("; "),
      take: t => { const v = t.split(";").map(p => p.trim()).filter(Boolean).map(p => p.match(/^(\d+(?:\.\d+)?(?:e\+?\d{1,2})?) (\S.*)$/i)); return v.every(m => m && Number(m[1]) < 1e18) ? v.map(m => [Number(m[1]), m[2]]) : undefined; },
    },
    goods: { label: "goods", ...texts }, firm: { label: "firms", ...texts },
    date: { label: "day", ...day }, until: { label: "until", ...day },
    duration: { label: "lasts", show: v => v ?? "", take: t => !t ? null : LASTING.test(t) ? t : undefined, allowed: "ISO 8601, such as P90D" },
    kind: { label: "source", ...choice(data.choices.kind) },
    who: { label: "says", show: v => v ?? "", take: t => t || null, allowed: "a name" },
    core: { label: "may enter a scenario" },
  };
}

export function review(root, data) {
  const fields = forms(data);
  const statements = new Map(data.statements.map(s => [s.id, s]));
  const edits = new Map(Object.entries(data.edits));
  const $ = found => root.querySelector(found);
  const cards = $(".cards"), text = $(".text"), save = $(".save"), add = $(".add");
  let saved = true, picked = null;

  const card = id => cards.querySelector(`article[id="${CSS.escape(id)}"]`);
  const marks = id => root.querySelectorAll(`mark[data-of="${CSS.escape(id)}"]`);
  const now = id => ({ ...statements.get(id), ...(edits.get(id)?.set ?? {}) });
  const held = one => Object.fromEntries(FIELDS.map(f => [f, one[f]]));

  function count() {
    const of = what => [...edits.values()].filter(e => e.do === what).length;
    const said = Object.keys(STATES).map(k => [of(k), STATES[k]]).filter(([n]) => n).map(([n, w]) => `${n} ${w}`);
    $(".count").textContent = `${said.join(", ") || "Nothing edited"}${saved ? "" : ", not saved"}.`;
  }

  function draw(id) {
    const at = card(id), one = now(id), state = STATES[edits.get(id)?.do] ?? "";
    const put = (name, words) => { at.querySelector(name).textContent = words; };
    at.dataset.state = state;
    at.classList.toggle("rest", !one.core);
    put(".state", state);
    put(".sides", one.actor.join(", ") + (one.target.length ? ` → ${one.target.join(", ")}` : ""));
    put(".act", words(`${one.action} ${one.instrument}`));
    put(".stands", words(one.modality));
    const figures = [fields.rate.show(one.rate), fields.value.show(one.value), ...one.firm, ...one.goods].filter(Boolean).join("; ");
    const when = [one.date, one.until ? `until ${one.until}` : one.duration ? `for ${one.duration}` : ""].filter(Boolean).join(" ");
    const says = one.source.kind === "none" ? "" : `says ${one.source.who ?? one.source.kind}`;
    put(".more", [figures, when, says].filter(Boolean).join(" · "));
    for (const mark of marks(id)) {
      mark.classList.toggle("dropped", state === "dropped");
      mark.classList.toggle("rest", !one.core);
    }
    for (const button of at.querySelectorAll("[data-do]")) {
      const on = button.dataset.do === edits.get(id)?.do;
      if (button.dataset.do !== "change") button.setAttribute("aria-pressed", String(on));
    }
  }

  function keep(id, edit) {
    if (edit) edits.set(id, edit); else edits.delete(id);
    saved = false;
    draw(id);
    count();
  }

  function edited(id, what, set) {
    const { quote, start } = statements.get(id);
    return { do: what, quote, start, ...(set ? { set } : {}) };
  }

  function doing(id, what) {
    const before = edits.get(id);
    if (what === "change") return change(id);
    close(id);
    const added = statements.get(id).added;
    if (added && what === "drop") return remove(id);
    if (added) return undefined;
    if (before?.do === what) return keep(id, null);
    return keep(id, what === "drop" ? edited(id, "drop") : edited(id, "accept", held(statements.get(id))));
  }

  function remove(id) {
    const next = card(id).nextElementSibling ?? card(id).previousElementSibling;
    card(id).remove();
    edits.delete(id);
    statements.delete(id);
    saved = false;
    count();
    next?.focus();
  }

  function close(id) {
    card(id)?.querySelector("form")?.remove();
  }

  function change(id) {
    const at = card(id), one = now(id);
    if (at.querySelector("form")) { close(id); at.focus(); return; }
    const form = make("form", { noValidate: true });
    const flat = { ...one, kind: one.source.kind, who: one.source.who };
    const inputs = {};
    for (const [name, field] of Object.entries(fields)) {
      const key = `${id}-${name}`;
      let input;
      if (name === "core") input = make("input", { type: "checkbox", checked: one.core });
      else if (field.options) input = make("select", {}, ...field.options.map(o => make("option", { value: o, textContent: words(o), selected: o === flat[name] })));
      else input = make("input", { type: "text", value: field.show(flat[name]), maxLength: 400, title: field.allowed });
      Object.assign(input, { id: key, name });
      form.append(make("label", { htmlFor: key, textContent: field.label }), input);
      inputs[name] = input;
    }
    const fault = make("p", { className: "wide fault", role: "alert" });
    const cancel = make("button", { type: "button", textContent: "Cancel" });
    cancel.addEventListener("click", () => { close(id); at.focus(); });
    form.append(fault, make("div", { className: "wide buttons" }, make("button", { type: "submit", textContent: "Keep" }), cancel));
    form.addEventListener("submit", event => {
      event.preventDefault();
      const set = {};
      const wrong = [];
      for (const [name, field] of Object.entries(fields)) {
        const value = name === "core" ? inputs.core.checked : field.take(inputs[name].value.trim());
        const bad = value === undefined;
        inputs[name].setAttribute("aria-invalid", String(bad));
        if (bad) wrong.push([inputs[name], `${field.label}: ${field.allowed}`]);
        set[name] = value;
      }
      fault.textContent = wrong.map(([, why]) => why).join(". ");
      if (wrong.length) { wrong[0][0].focus(); return; }
      const { kind, who, ...rest } = set;
      const source = { kind, who: kind === "none" ? null : who };
      keep(id, edited(id, statements.get(id).added ? "add" : "change", { ...held({ ...one, ...rest, source }) }));
      close(id);
      at.focus();
    });
    form.addEventListener("keydown", event => {
      if (event.key === "Escape") { close(id); at.focus(); }
      event.stopPropagation();
    });
    at.append(form);
    inputs.actor.focus();
  }

  function equip(id) {
    const at = card(id);
    const added = statements.get(id).added;
    const buttons = make("div", { className: "buttons" });
    for (const [what, label] of [["accept", "Accept"], ["change", "Change"], ["drop", added ? "Remove" : "Drop"]]) {
      if (added && what === "accept") continue;
      const button = make("button", { type: "button", textContent: label });
      button.dataset.do = what;
      button.addEventListener("click", () => doing(id, what));
      buttons.append(button);
    }
    at.append(buttons);
    draw(id);
  }

  function shine(id, scroll) {
    for (const mark of root.querySelectorAll("mark.on")) mark.classList.remove("on");
    for (const mark of marks(id)) mark.classList.add("on");
    const first = marks(id)[0];
    // only the pane of the text moves: the page stays where the reader is
    if (first && scroll && text.scrollHeight > text.clientHeight) {
      const away = first.getBoundingClientRect().top - text.getBoundingClientRect().top;
      if (away < 0 || away > text.clientHeight - 40) text.scrollTop += away - text.clientHeight / 3;
    }
  }

  cards.addEventListener("focusin", event => {
    const at = event.target.closest("article");
    if (at) shine(at.id, true);
  });
  cards.addEventListener("keydown", event => {
    const at = event.target;
    if (at.tagName !== "ARTICLE" || event.ctrlKey || event.altKey || event.metaKey) return;
    const what = { a: "accept", c: "change", d: "drop" }[event.key];
    const next = { j: at.nextElementSibling, k: at.previousElementSibling }[event.key];
    if (what) { event.preventDefault(); doing(at.id, what); }
    if (next) next.focus();
  });
  text.addEventListener("click", event => {
    const of = event.target.closest("mark")?.dataset.of;
    if (of && getSelection().isCollapsed) card(of)?.focus();
  });

  // characters of the file, which are code points
  function place(node, offset) {
    if (node.nodeType !== Node.TEXT_NODE) { node = node.childNodes[offset] ?? node; offset = 0; }
    const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.("[data-at]");
    if (!piece || !text.contains(piece)) return null;
    return Number(piece.dataset.at) + [...piece.textContent.slice(0, offset)].length;
  }
  const letters = [...[...text.querySelectorAll("[data-at]")].map(p => p.textContent).join("")];
  const first = Number(text.querySelector("[data-at]")?.dataset.at ?? 0);
  document.addEventListener("selectionchange", () => {
    const range = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
    const [a, b] = range && !range.collapsed ? [place(range.startContainer, range.startOffset), place(range.endContainer, range.endOffset)] : [null, null];
    picked = a !== null && b !== null && b > a ? { start: a, quote: letters.slice(a - first, b - first).join("") } : null;
    if (picked && !picked.quote.trim()) picked = null;
    add.disabled = !picked;
  });
  add.addEventListener("click", () => {
    if (!picked) return;
    let number = 1;
    while (statements.has(`a${number}`)) number += 1;
    const id = `a${number}`, { start, quote } = picked;
    statements.set(id, { id, start, quote, added: true, actor: [], target: [], action: "impose", instrument: "tariff", modality: "announced", rate: [], value: [], goods: [], firm: [], date: null, until: null, duration: null, source: { kind: "none", who: null }, core: true });
    const at = make("article", { id, tabIndex: 0 });
    at.setAttribute("aria-label", `Statement ${id}`);
    at.append(
      make("p", {}, id, " ", make("span", { className: "sides" }), " ", make("em", { className: "state" })),
      make("p", {}, make("strong", { className: "act" }), ", ", make("span", { className: "stands" })),
      make("p", { className: "quiet added", textContent: `“${quote.trim()}”` }), make("p", { className: "quiet more" }));
    const after = [...cards.querySelectorAll("article")].find(c => statements.get(c.id).start > start);
    cards.insertBefore(at, after ?? null);
    equip(id);
    keep(id, edited(id, "add", held(statements.get(id))));
    change(id);
  });

  save.addEventListener("click", () => {
    const order = [...edits.keys()].sort((a, b) => statements.get(a).start - statements.get(b).start);
    const file = { format: data.format, document: data.document, date: data.date, edits: order.map(id => edits.get(id)) };
    const asked = new CustomEvent("review-save", { detail: file, bubbles: true, cancelable: true });
    if (root.dispatchEvent(asked)) {
      const url = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1) + "\n"], { type: "application/json" }));
      make("a", { href: url, download: `${data.file}.edits.json` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    }
    saved = true;
    count();
  });
  addEventListener("beforeunload", event => { if (!saved) event.preventDefault(); });

  for (const [id, edit] of edits) if (edit.do === "add") statements.get(id).added = true;
  for (const id of statements.keys()) equip(id);
  $(".bar").hidden = false;
  count();
  root.dataset.ready = "yes";
}

const held = document.querySelector(".review-data");
if (held) review(document.querySelector(".review"), JSON.parse(held.textContent));
