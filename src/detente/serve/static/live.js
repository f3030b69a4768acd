"use strict";
// A moved control asks for a new answer; the page shows the latest one and drops what is stale.
(() => {
  const root = document.documentElement;
  const form = document.querySelector("#controls");
  root.classList.add("scripted");

  const get = async (address, signal) => {
    const got = await fetch(address, { signal, headers: { accept: "text/html" } });
    return { fine: got.ok, text: await got.text() };
  };
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  // parts that take longer follow, one after the other
  const later = async () => {
    for (const place of document.querySelectorAll("[data-later]")) {
      const address = place.dataset.later;
      delete place.dataset.later;
      const { fine, text } = await get(address);
      if (fine && !place.dataset.later) place.replaceChildren(...parsed(text).body.childNodes);
      place.removeAttribute("aria-busy");
    }
  };

  // keep elements that stay, so that bars move rather than jump and focus is not lost
  const morph = (old, fresh) => {
    const before = [...old.childNodes];
    const after = [...fresh.childNodes];
    after.forEach((node, k) => {
      const held = before[k];
      if (!held) old.append(node);
      else if (held.nodeType !== node.nodeType || held.nodeName !== node.nodeName) {
        held.replaceWith(node);
      } else if (node.nodeType === Node.ELEMENT_NODE) {
        for (const { name } of [...held.attributes]) {
          if (!node.hasAttribute(name) && name !== "open") held.removeAttribute(name);
        }
        for (const { name, value } of node.attributes) {
          if (held.getAttribute(name) !== value) held.setAttribute(name, value);
        }
        morph(held, node);
      } else if (held.nodeValue !== node.nodeValue) held.nodeValue = node.nodeValue;
    });
    before.slice(after.length).forEach((node) => node.remove());
  };

  const paint = () => {
    const map = document.querySelector("#world");
    for (const one of document.querySelectorAll("#shades li")) {
      const land = map.querySelector(`[data-economy="${one.dataset.economy}"]`);
      if (!land) continue;
      land.setAttribute("class", `land ${one.dataset.kind}`);
      land.querySelector("title").textContent = one.textContent;
    }
  };

  // what a slider says, as the server writes it
  const plain = (number, most) => Number(number.toFixed(most)).toString();
  const written = {
    points: (v) => `${v > 0 ? "+" : v < 0 ? "−" : ""}${plain(Math.abs(100 * v), 1)} points`,
    rate: (v) => `${plain(100 * v, 1)}%`,
    factor: (v) => `× ${v.toFixed(2)}`,
    money: (v) => (v >= 1000 ? `$${plain(v / 1000, 1)}bn` : `$${plain(v, 0)}m`),
  };

  const query = () => {
    const pairs = new URLSearchParams();
    const started = [...form.querySelectorAll("[name=on]")].every((b) => b.checked === b.defaultChecked);
    const asLoaded = new URLSearchParams(form.dataset.loaded);
    for (const [name, value] of new FormData(form)) {
      const field = form.elements[name];
      if (name === "at" && !value) continue;
      if (name.startsWith("rate.") && Number(value) === Number(field.dataset.file)) continue;
      if ((name === "on" || name === "set") && started && !asLoaded.has("set")) continue;
      if (name === "horizon" && field.querySelector("[selected]")?.value === value && !asLoaded.has("horizon")) continue;
      if (name.startsWith("more.")) continue;
      pairs.append(name, value);
    }
    for (const row of form.querySelectorAll(".more")) {
      const fields = [...row.querySelectorAll("select, input")];
      if (Number(fields.at(-1).value) !== 0) fields.forEach((f) => pairs.append(f.name, f.value));
    }
    return pairs.toString();
  };

  const live = () => {
    form.dataset.loaded = location.search;
    let latest = 0; // number of the newest question
    let asking = null; // { number, since, abort }
    let waiting = null;

    const links = (said) => {
      for (const link of document.querySelectorAll("[data-export]")) {
        link.search = said;
      }
      const other = document.querySelector("[data-compare]");
      other.search = new URLSearchParams({ b: said }).toString();
    };

    // what is below the answer, and how sure it is, follow when controls are at rest
    const below = async (number, said) => {
      for (const [id, address] of [["rest", form.dataset.rest], ["sure", form.dataset.sure]]) {
        const place = document.getElementById(id);
        const { fine, text } = await get(`${address}?${said}`);
        if (number !== latest) return;
        if (fine) morph(place, parsed(text).body);
        place.classList.remove("stale");
      }
    };

    const ask = async () => {
      const said = query();
      const number = ++latest;
      const began = performance.now();
      const abort = new AbortController();
      asking = { number, began, abort };
      try {
        const { fine, text } = await get(`${form.dataset.answer}?${said}`, abort.signal);
        if (number !== latest && asking?.number !== number) return;
        const page = parsed(text);
        if (fine) {
          for (const id of ["lead", "answer"]) {
            morph(document.getElementById(id), page.getElementById(id));
          }
          paint();
          form.classList.remove("wrong");
        } else {
          document.querySelector("#said").replaceChildren(...(page.querySelector("main")?.childNodes ?? []));
          form.classList.add("wrong");
        }
        if (fine) document.querySelector("#said").replaceChildren();
        root.dataset.answered = number;
        root.dataset.ms = performance.now() - began;
        links(said);
        clearTimeout(waiting);
        waiting = setTimeout(() => below(number, said), 350);
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      } finally {
        if (asking?.number === number) {
          asking = null;
          if (number !== latest || root.dataset.moved === "yes") next();
        }
      }
    };

    // one question at a time: the newest follows as soon as the last is answered, or takes too long
    const next = () => {
      if (asking && performance.now() - asking.began < 1000) {
        root.dataset.moved = "yes";
        return;
      }
      asking?.abort.abort();
      root.dataset.moved = "";
      for (const id of ["rest", "sure"]) document.getElementById(id).classList.add("stale");
      ask();
    };

    form.addEventListener("input", ({ target }) => {
      const output = target.parentElement.querySelector("output");
      if (output) output.textContent = written[target.dataset.unit](Number(target.value));
      // moving the rate of a measure puts it in force
      if (target.name?.startsWith("rate.")) {
        target.closest(".measure").querySelector("[name=on]").checked = true;
      }
      if (target.dataset.acts) {
        target.closest("fieldset").querySelector("[name=silent]").disabled = target.checked;
      }
      next();
    });
    form.addEventListener("change", () => {
      const said = query();
      history.pushState(null, "", said ? `?${said}` : location.pathname);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      next();
    });
    // on a narrow page controls are a sheet over the answer, which stays in sight above it
    const toggle = document.createElement("button");
    Object.assign(toggle, { type: "button", className: "sheet-toggle" });
    toggle.setAttribute("aria-controls", form.id);
    const open = (is) => {
      form.classList.toggle("open", is);
      toggle.setAttribute("aria-expanded", is);
      toggle.textContent = is ? "Done" : "Change rates and measures";
    };
    toggle.addEventListener("click", () => open(!form.classList.contains("open")));
    addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && form.classList.contains("open")) {
        open(false);
        toggle.focus();
      }
    });
    form.before(toggle);
    open(false);
    addEventListener("popstate", () => location.reload());
  };

  // widths of bars in tables: the policy of the page allows no styles in markup
  for (const one of document.querySelectorAll("[data-style]")) one.style.cssText = one.dataset.style;
  // a text can come from a file: it is read here, and sent as a text
  for (const picker of document.querySelectorAll("[data-into]")) {
    picker.addEventListener("change", async () => {
      const place = picker.form.elements[picker.dataset.into];
      if (picker.files[0]) place.value = (await picker.files[0].text()).slice(0, place.maxLength);
    });
  }
  if (form) live();
  later().then(() => { root.dataset.ready = "yes"; });
  root.dataset.started = "yes";
})();
